"""What comes next among entries of several forms: in two statements, however many forms there are.

Which dates of which ready-made forms matter is said in their files (`[[departures]]`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import aliased, joinedload

from wiki.bazar import catalogue, forms
from wiki.bazar.models import EntryValue, Form
from wiki.bazar.pick import Picked, has_value, picked
from wiki.core import db
from wiki.core.access import Actor
from wiki.pages.find import visible_pages
from wiki.pages.models import Page


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
    return listed


def _fields(source: Source, found: Mapping[str, Form]) -> set[str]:
    form = found.get(source.model)
    held = {spec.key for spec in form.specs()} if form else set()
    return {source.field} | (held & set(source.unless))


def _leaves(source: Source, form: Form, when: type[EntryValue]) -> ColumnElement[bool]:
    gone: Iterable[ColumnElement[bool]] = (
        ~has_value(name, values) for name, values in source.unless.items()
    )
    return and_(when.form_id == form.id, when.field == source.field, *gone)
