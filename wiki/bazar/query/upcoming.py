"""What comes next among entries of several forms: in two statements, three where dates come back.

Which dates of which ready-made forms matter is said in their files (`[[departures]]`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import aliased, joinedload

from wiki.bazar.field import Span
from wiki.bazar.forms import catalogue, forms
from wiki.bazar.models import EntryValue, Form
from wiki.bazar.query.select import Picked, has_value, picked
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


@dataclass(frozen=True)
class _Asked:
    """Which dates are looked for, from which moment on: of these forms, as their reader sees them."""

    actor: Actor
    since: datetime
    project_ids: Collection[int] | None
    forms: Mapping[str, Form]
    readable: Mapping[str, Collection[str]]
    sources: Sequence[Source]

    def entries(self) -> tuple[Select[Page], type[EntryValue]]:
        """Return the query of the entries with any value of theirs, and that value."""
        when = aliased(EntryValue)
        query = visible_pages(self.actor).join(when, when.page_id == Page.id)
        if self.project_ids is not None:
            query = query.where(Page.project_id.in_(sorted(self.project_ids)))
        return query.options(joinedload(Page.head)), when

    def leaves(self, source: Source, when: type[EntryValue]) -> ColumnElement[bool]:
        """Return the condition that a value is the date of an entry that still takes place."""
        gone: Iterable[ColumnElement[bool]] = (
            ~has_value(name, values) for name, values in source.unless.items()
        )
        form_id = self.forms[source.model].id
        return and_(when.form_id == form_id, when.field == source.field, *gone)

    def source(self, form_id: int, field: str) -> Source:
        """Return what declares a date."""
        return next(
            one for one in self.sources if (self.forms[one.model].id, one.field) == (form_id, field)
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
    usable = [
        one
        for one in sources()
        if one.model in found and _fields(one, found[one.model]) <= readable[one.model]
    ]
    if not usable:
        return []
    asked = _Asked(actor, since, project_ids, found, readable, usable)
    listed = _to_come(asked, limit)
    if repeated := [one for one in usable if _repeats(one, found[one.model])]:
        listed += _coming_back(replace(asked, sources=repeated))
        listed.sort(key=lambda row: (row[0].at, row[0].page.id, row[1].field))
    return listed[:limit]


def _fields(source: Source, form: Form) -> set[str]:
    return {source.field} | ({spec.key for spec in form.specs()} & set(source.unless))


def _repeats(source: Source, form: Form) -> bool:
    spec = next((spec for spec in form.specs() if spec.key == source.field), None)
    return spec is not None and forms.traits_of(spec).recurring


def _to_come(asked: _Asked, limit: int) -> list[tuple[Picked, Source]]:
    """Return what begins after the moment, soonest first."""
    query, when = asked.entries()
    query = query.where(
        when.number >= asked.since.timestamp(),
        or_(*(asked.leaves(one, when) for one in asked.sources)),
    )
    rows = db.session().execute(
        query.add_columns(when.number, when.form_id, when.field)
        .order_by(when.number, Page.id, when.field)
        .limit(limit)
    )
    listed = []
    for page, number, form_id, name in rows:
        source = asked.source(form_id, name)
        listed.append((picked(page, asked.readable[source.model], number), source))
    return listed


def _coming_back(asked: _Asked) -> list[tuple[Picked, Source]]:
    """Return what began before the moment and takes place again after it: its next time, within a year."""
    query, when = asked.entries()
    end = aliased(EntryValue)
    query = query.join(end, and_(end.page_id == Page.id, end.number >= asked.since.timestamp()))
    leaving = (
        and_(asked.leaves(one, when), end.field == f"{one.field}~end") for one in asked.sources
    )
    query = query.where(when.number < asked.since.timestamp(), or_(*leaving))
    rows = db.session().execute(
        query.add_columns(when.form_id, when.field)
        .order_by(when.number.desc(), Page.id)
        .limit(MOST_REPEATED)
    )
    listed = []
    for page, form_id, name in rows:
        source = asked.source(form_id, name)
        span = _next(asked.forms[source.model], name, page, asked.since)
        if span is not None:
            entry = picked(page, asked.readable[source.model], span.start.timestamp())
            listed.append((replace(entry, day=span.day), source))
    return listed


def _next(form: Form, name: str, page: Page, since: datetime) -> Span | None:
    spec = next(spec for spec in form.specs() if spec.key == name)
    kind, value = forms.type_of(spec), page.head.data.get(name)
    if not kind.holds(spec, value):
        return None
    spans = kind.occurrences(spec, value, since, since + AHEAD)
    return next((span for span in spans if span.start >= since), None)
