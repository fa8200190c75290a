"""What comes next among entries of several forms: in two statements, three where dates come back.

Which dates of which ready-made forms matter is said in their files (`[[departures]]`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import aliased, joinedload

from wiki.bazar import catalogue, forms
from wiki.bazar.fields.base import Span
from wiki.bazar.models import EntryValue, Form
from wiki.bazar.pick import Picked, has_value, picked
from wiki.core import db
from wiki.core.access import Actor
from wiki.pages.find import visible_pages
from wiki.pages.models import Page

AHEAD = timedelta(days=366)
MOST_REPEATED = 200
"""Entries that come back, of which the next time is looked for."""


@dataclass(frozen=True)
class Source:
    """A date of a ready-made form: what it is, by language, and which block shows such entries."""

    model: str
    field: str
    platform: str
    says: Mapping[str, str]
    unless: Mapping[str, tuple[str, ...]]


@cache
def sources() -> tuple[Source, ...]:
    """Return the dates that ready-made forms declare."""
    return tuple(
        Source(
            model.model,
            row["field"],
            row["platform"],
            row["says"],
            {name: tuple(values) for name, values in row.get("unless", {}).items()},
        )
        for model in catalogue.models()
        for row in model.departures
    )


def dated(
    *,
    actor: Actor,
    since: datetime,
    project_ids: Collection[int] | None = None,
    limit: int,
) -> list[tuple[Picked, Source]]:
    """Return the entries whose dates come from a moment on, soonest first; of projects, if any are given."""
    found = forms.look_for({source.model for source in sources()}, actor=actor)
    readable = {
        model: {spec.key for spec in forms.readable_specs(form, actor)}
        for model, form in found.items()
    }
    # A date or a state that the reader may not see must not be told by what is listed.
    usable = [one for one in sources() if _fields(one, found) <= readable.get(one.model, set())]
    usable = [one for one in usable if one.model in found]
    if not usable:
        return []
    when = aliased(EntryValue)
    query = visible_pages(actor).join(when, when.page_id == Page.id)
    query = query.where(
        when.number >= since.timestamp(),
        or_(*(_leaves(one, found[one.model], when) for one in usable)),
    )
    if project_ids is not None:
        query = query.where(Page.project_id.in_(sorted(project_ids)))
    rows = db.session().execute(
        query.add_columns(when.number, when.form_id, when.field)
        .options(joinedload(Page.head))
        .order_by(when.number, Page.id, when.field)
        .limit(limit)
    )
    by_key = {(found[one.model].id, one.field): one for one in usable}
    listed = []
    for page, number, form_id, name in rows:
        source = by_key[form_id, name]
        listed.append((picked(page, readable[source.model], number), source))
    coming = [one for one in usable if _repeats(one, found[one.model])]
    if not coming:
        return listed
    listed += _coming_back(coming, found, readable, actor, since, project_ids)
    return sorted(listed, key=lambda row: (row[0].at, row[0].page.id, row[1].field))[:limit]


def _repeats(source: Source, form: Form) -> bool:
    spec = next((spec for spec in form.specs() if spec.key == source.field), None)
    return spec is not None and spec.type == "recurrence"


def _coming_back(
    usable: Collection[Source],
    found: Mapping[str, Form],
    readable: Mapping[str, Collection[str]],
    actor: Actor,
    since: datetime,
    project_ids: Collection[int] | None,
) -> list[tuple[Picked, Source]]:
    """Return what began before a moment and takes place again after it: its next time, within a year."""
    when, end = aliased(EntryValue), aliased(EntryValue)
    query = visible_pages(actor).join(when, when.page_id == Page.id)
    query = query.join(end, and_(end.page_id == Page.id, end.number >= since.timestamp()))
    leaving = (
        and_(_leaves(one, found[one.model], when), end.field == f"{one.field}~end")
        for one in usable
    )
    query = query.where(when.number < since.timestamp(), or_(*leaving))
    if project_ids is not None:
        query = query.where(Page.project_id.in_(sorted(project_ids)))
    rows = db.session().execute(
        query.add_columns(when.form_id, when.field)
        .options(joinedload(Page.head))
        .order_by(when.number.desc(), Page.id)
        .limit(MOST_REPEATED)
    )
    by_key = {(found[one.model].id, one.field): one for one in usable}
    listed = []
    for page, form_id, name in rows:
        source = by_key[form_id, name]
        span = _next(found[source.model], name, page, since)
        if span is not None:
            entry = picked(page, readable[source.model], span.start.timestamp())
            listed.append((replace(entry, day=span.day), source))
    return listed


def _next(form: Form, name: str, page: Page, since: datetime) -> Span | None:
    spec = next(spec for spec in form.specs() if spec.key == name)
    kind, value = forms.type_of(spec), page.head.data.get(name)
    if not kind.holds(spec, value):
        return None
    spans = kind.occurrences(spec, value, since, since + AHEAD)
    return next((span for span in spans if span.start >= since), None)


def _fields(source: Source, found: Mapping[str, Form]) -> set[str]:
    form = found.get(source.model)
    held = {spec.key for spec in form.specs()} if form else set()
    return {source.field} | (held & set(source.unless))


def _leaves(source: Source, form: Form, when: type[EntryValue]) -> ColumnElement[bool]:
    gone: Iterable[ColumnElement[bool]] = (
        ~has_value(name, values) for name, values in source.unless.items()
    )
    return and_(when.form_id == form.id, when.field == source.field, *gone)
