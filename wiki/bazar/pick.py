"""Pick a few entries for a block, a board or a feed: by model, project and date, for one reader.

The full query of lists (facets, filters of people, paging) is `query.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload

from wiki.bazar import forms
from wiki.bazar.models import EntryValue, Form
from wiki.core import db
from wiki.core.access import Actor
from wiki.pages.find import visible_pages
from wiki.pages.models import Page


@dataclass(frozen=True)
class Picked:
    """One entry picked: its page, the data this reader may see, and its moment when asked by date."""

    page: Page
    data: Mapping[str, Any]
    at: datetime | None = None


@dataclass(frozen=True)
class Pick:
    """Which entries: of a ready-made form, in a project, with these values, from or until a moment.

    `date` names the field that holds the moment; entries come in its order from `since` on, or the
    latest first until `until`. Without it, the last changed come first. `counted` asks how many there
    are beyond the limit.
    """

    model: str
    project_id: int | None = None
    where: Mapping[str, str] | None = None
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
    form = db.once(
        ("form_of_model", wanted.model, actor),
        lambda: forms.form_of_model(wanted.model, actor=actor),
    )
    if form is None:
        return Selection(None)
    readable = {spec.key for spec in forms.readable_specs(form, actor)}
    # What comes when, or fits a value, would tell the field to who may not read it.
    if not readable.issuperset(_asked(wanted)):
        return Selection(form)
    query, moment = _query(form, wanted, actor)
    rows = db.session().execute(query.options(joinedload(Page.head)).limit(wanted.limit)).all()
    total = _count(query) if wanted.counted else len(rows)
    return Selection(form, tuple(_picked(row, readable, moment is not None) for row in rows), total)


def _asked(wanted: Pick) -> set[str]:
    return {*(wanted.where or {}), *([wanted.date] if wanted.date else [])}


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


def _picked(row: Any, readable: set[str], dated: bool) -> Picked:
    page: Page = row[0]
    data = {key: value for key, value in page.head.data.items() if key in readable}
    at = datetime.fromtimestamp(row[1], tz=UTC) if dated else None
    return Picked(page, data, at)
