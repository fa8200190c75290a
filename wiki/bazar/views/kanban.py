"""Entries in columns, one a choice: a card moves to another column by drag or by its menu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from wiki.bazar.entries.summary import brief
from wiki.bazar.forms import forms
from wiki.bazar.models import EntryValue
from wiki.bazar.query import aggregates, results
from wiki.bazar.views.base import View, first_of
from wiki.bazar.views.support.urls import list_url
from wiki.core.params import Param
from wiki.pages.models import Page

if TYPE_CHECKING:
    from wiki.bazar.entries.entry_view import Entry
    from wiki.bazar.field import Field
    from wiki.bazar.models import FieldSpec
    from wiki.bazar.query.results import Found

MOST = 20
"""Cards of a column; its count says how many there are."""


def _makes_columns(kind: Field) -> bool:
    """Answer whether entries stand in one column each, and move by a change of one cell."""
    return kind.single_choice and kind.editable_in_cell


@dataclass
class Column:
    """One choice: `text` is its value as filters have it, `url` the list of all its entries."""

    text: str
    label: str
    count: int = 0
    url: str = ""
    cards: list[tuple[Entry, Any]] = field(default_factory=list)


class KanbanView(View):
    """Columns of cards; it needs a field of one choice."""

    name = "kanban"
    summary = "columns by a choice; cards move by drag or by their menu"
    label = _l("Kanban")
    icon = "kanban"
    paged = False
    options = (Param("by", _l("By"), "field"),)
    takes = {"by": _makes_columns}

    def suits(self, specs: Sequence[FieldSpec]) -> bool:
        return first_of(specs, _makes_columns) is not None

    def context(self, found: Found) -> dict[str, Any]:
        """Return the columns, and which cards this reader may move."""
        by = self.field(found, "by")
        if by is None:
            return {"columns": [], "by": None, "movable": set()}
        columns = _columns(found, by)
        entries = _entries(found, by)
        rest = [spec for spec in found.specs if spec is not by]
        for entry in entries:
            text = _text(by, entry)
            column = columns.setdefault(text, Column(text, text))
            column.cards.append((entry, brief(entry.data, rest)))
        shown = [one for one in columns.values() if one.text or one.cards]
        return {"columns": shown, "by": by, "movable": _movable(found, by, entries)}


def _columns(found: Found, by: FieldSpec) -> dict[str, Column]:
    """Return the columns by their value: every option, in its order, then what has no answer."""
    counts = aggregates.counts(found, by)
    kind = forms.type_of(by)
    options = [text for text, _label in kind.choices(by)] if hasattr(kind, "choices") else []
    texts = list(dict.fromkeys([*options, *counts]))
    labels = aggregates.labelled(found, by, texts)
    columns = {
        text: Column(text, label, int(counts.get(text, 0)), _url(found, by, text))
        for text, label in labels
    }
    left = found.total - sum(column.count for column in columns.values())
    return columns | {"": Column("", _("Without answer"), max(left, 0))}


def _url(found: Found, by: FieldSpec, text: str) -> str:
    asked = found.query.without(by.key)
    asked = replace(asked, filters={**asked.filters, by.key: (text,)}, settings={})
    return list_url(found.form, asked, view="list")


def _entries(found: Found, by: FieldSpec) -> list[Entry]:
    """Return the first cards of every column, in one statement."""
    of_field = (EntryValue.form_id == found.form.id) & (EntryValue.field == by.key)
    rank = func.row_number().over(
        partition_by=EntryValue.text, order_by=(Page.updated_at.desc(), Page.id)
    )
    held = (
        select(EntryValue.page_id, rank.label("rank"))
        .join(Page, Page.id == EntryValue.page_id)
        .where(of_field, EntryValue.page_id.in_(found.ids))
        .subquery()
    )
    without = found.ids.where(Page.id.not_in(select(EntryValue.page_id).where(of_field)))
    without = without.order_by(Page.updated_at.desc(), Page.id).limit(MOST)
    first = select(held.c.page_id).where(held.c.rank <= MOST)
    wanted = Page.id.in_(first) | Page.id.in_(select(without.subquery().c.id))
    return results.more(found, where=[wanted], sort=found.query.sort or "-updated", most=1000)


def _text(by: FieldSpec, entry: Entry) -> str:
    """Return the value of an entry as filters have it."""
    if by.key not in entry.data:
        return ""
    rows = forms.type_of(by).index(by, entry.data[by.key])
    return str(rows[0].text) if rows else ""


def _movable(found: Found, by: FieldSpec, entries: Sequence[Entry]) -> set[int]:
    """Return the identifiers of the entries whose answer this actor may change."""
    if by.key not in {
        spec.key for spec in forms.writable_specs(found.form, found.actor, found.actor.id)
    }:
        return set()
    return aggregates.writable(found, entries)
