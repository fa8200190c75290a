"""Pick a few entries for a block, a board or a feed: by model, project and date, for one reader.

The full query of lists (facets, filters of people, paging) is `query.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased, joinedload

from wiki.bazar.forms import forms
from wiki.bazar.models import EntryValue, Form
from wiki.core import db
from wiki.core.access import Actor
from wiki.pages.find import visible_pages
from wiki.pages.models import Page


@dataclass(frozen=True)
class Picked:
    """One entry picked: its page, the data this reader may see, and its moment when asked by date.

    `day` is the day of the rule that the moment stands for, of an event that comes back.
    """

    page: Page
    data: Mapping[str, Any]
    at: datetime | None = None
    day: str = ""


@dataclass(frozen=True)
class Pick:
    """Which entries: of a ready-made form, in a project, with these values, from or until a moment.

    `unless` leaves out entries by values of fields. `date` names the field that holds the moment;
    entries come in its order from `since` on, or the latest first until `until`. Without it, the last
    changed come first. `counted` asks how many there are beyond the limit.
    """

    model: str
    project_id: int | None = None
    where: Mapping[str, str] | None = None
    unless: Mapping[str, Collection[str]] | None = None
    date: str = ""
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 5
    counted: bool = False


@dataclass(frozen=True)
class Selection:
    """What was found: `form` is None when the wiki has no form of this model; `total` knows no limit if it
    was asked for, else it is how many are here."""

    form: Form | None
    entries: tuple[Picked, ...] = ()
    total: int = 0


def pick(wanted: Pick, *, actor: Actor) -> Selection:
    """Return the entries a reader may see, in three queries at most.

    The form is looked for once a reading: a station asks for the same ones many times.
    """
    form = forms.known_form(wanted.model, actor=actor)
    if form is None:
        return Selection(None)
    readable = {spec.key for spec in forms.readable_specs(form, actor)}
    # What comes when, or fits a value, would tell the field to who may not read it.
    if not readable.issuperset(_asked(form, wanted)):
        return Selection(form)
    query, moment = _query(form, wanted, actor)
    rows = db.session().execute(query.options(joinedload(Page.head)).limit(wanted.limit)).all()
    total = _count(query) if wanted.counted else len(rows)
    return Selection(form, tuple(_picked(row, readable, moment is not None) for row in rows), total)


def picked(page: Page, readable: Collection[str], at: float | None = None) -> Picked:
    """Return an entry with what of its data may be read; `at` in POSIX seconds."""
    data = {key: value for key, value in page.head.data.items() if key in readable}
    return Picked(page, data, None if at is None else datetime.fromtimestamp(at, tz=UTC))


def has_value(field: str, texts: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that an entry has one of these values in a field."""
    value = aliased(EntryValue)
    held = select(value.id).where(
        value.page_id == Page.id, value.field == field, value.text.in_(sorted(texts))
    )
    return held.correlate(Page).exists()


def _asked(form: Form, wanted: Pick) -> set[str]:
    named = {*(wanted.where or {}), *([wanted.date] if wanted.date else [])}
    # What leaves out by a field that the form has not leaves nothing out.
    return named | ({spec.key for spec in form.specs()} & set(wanted.unless or {}))


def _count(query: Select[Any]) -> int:
    return (
        db.session().scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    )


def _query(form: Form, wanted: Pick, actor: Actor) -> tuple[Select[Any], Any]:
    query: Select[Any] = visible_pages(actor).where(Page.form_id == form.id)
    if wanted.project_id is not None:
        query = query.where(Page.project_id == wanted.project_id)
    for name, text in (wanted.where or {}).items():
        value = aliased(EntryValue)
        query = query.join(value, value.page_id == Page.id).where(
            value.field == name, value.text == text
        )
    for name, texts in (wanted.unless or {}).items():
        query = query.where(~has_value(name, texts))
    if not wanted.date:
        return query.order_by(Page.updated_at.desc(), Page.id.desc()), None
    when = aliased(EntryValue)
    query = query.join(when, when.page_id == Page.id).where(when.field == wanted.date)
    if wanted.since is not None:
        query = query.where(when.number >= wanted.since.timestamp()).order_by(when.number, Page.id)
    if wanted.until is not None:
        query = query.where(when.number < wanted.until.timestamp())
        query = query.order_by(when.number.desc(), Page.id)
    return query.add_columns(when.number), when


def _picked(row: Any, readable: Collection[str], dated: bool) -> Picked:
    return picked(row[0], readable, row[1] if dated else None)
