"""Entries as a table: chosen columns, sorted by their headings, summed; cells changed in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from wiki.bazar.entries.summary import shorten
from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec
from wiki.bazar.query import aggregates
from wiki.bazar.views.base import NUMERIC, View
from wiki.bazar.views.support import chart
from wiki.bazar.views.support.urls import list_url
from wiki.core.params import Param

if TYPE_CHECKING:
    from wiki.bazar.entries.entry_view import Entry
    from wiki.bazar.query.results import Found

LONGEST = 120
"""Characters of a cell at most; the entry has the rest."""


@dataclass(frozen=True)
class Column:
    """A heading: `url` sorts by it, `direction` says (as aria-sort does) how it sorts now."""

    label: str
    url: str = ""
    direction: str = ""
    spec: FieldSpec | None = None
    is_number: bool = False
    total: str = ""
    in_place: bool = False


class TableView(View):
    """A table, for comparing entries."""

    name: ClassVar[str] = "table"
    summary: ClassVar[str] = "a table"
    label = _l("Table")
    icon = "table"
    page_size = 50
    common = True
    groups_rows = True
    options: ClassVar[tuple[Param, ...]] = (
        Param("columns", _l("Columns"), "fields"),
        Param("sums", _l("Sums"), "fields"),
        Param("edit", _l("Change in place"), "flag", choices=("1",)),
    )
    takes: ClassVar[dict[str, Any]] = {"sums": NUMERIC}

    def candidates(self, specs: Sequence[FieldSpec], name: str) -> list[FieldSpec]:
        if name == "columns":
            return [spec for spec in specs[1:] if forms.role(spec) not in {"", "block"}]
        return super().candidates(specs, name)

    def context(self, found: Found) -> dict[str, Any]:
        """Return the columns, the rows under their headings, and how a cell is filled."""
        columns = self.columns(found)
        editing = bool(found.query.setting("edit"))
        movable = (
            aggregates.writable(found, found.entries)
            if not found.actor.is_anonymous or editing
            else set()
        )
        other = found.query.showing(edit="" if editing else "1")
        page = replace(other, page=found.paging.page)
        return {
            "columns": columns,
            "groups": self.grouped(found, [(entry, None) for entry in found.entries]),
            "cell": cell,
            "sums": any(column.total for column in columns),
            "editing": editing,
            "movable": movable,
            "edit_url": list_url(found.form, page, view=self.name, page=page.page)
            if movable
            else "",
        }

    def columns(self, found: Found) -> list[Column]:
        """Return the title, the columns chosen or else those in lists, and when it changed."""
        asked = found.query.settings.get("columns", ())
        known = {spec.key: spec for spec in self.candidates(found.specs, "columns")}
        listed = [spec for spec in known.values() if spec.in_list]
        chosen = [known[key] for key in asked if key in known]
        sums = [
            spec
            for spec in self.candidates(found.specs, "sums")
            if spec.key in found.query.settings.get("sums", ())
        ]
        totals = aggregates.totals(found, sums)
        writable = {
            spec.key for spec in forms.writable_specs(found.form, found.actor, found.actor.id)
        }
        columns = [_column(self, found, "title", found.specs[0].label)]
        for spec in chosen or listed:
            total = chart.written(totals[spec.key].total) if spec.key in totals else ""
            made = _column_of(self, found, spec)
            place = spec.key in writable and edits_in_cell(spec)
            columns.append(replace(made, total=total, in_place=place))
        return [*columns, _column(self, found, "updated", _("Changed"))]


def edits_in_cell(spec: FieldSpec) -> bool:
    """Answer whether people change a field in a cell of the table, rather than in the entry's form."""
    return forms.role(spec) == "answer" and forms.type_of(spec).editable_in_cell


def cell(entry: Entry, spec: FieldSpec) -> Markup | str:
    """Return what stands in one cell: long texts and choices as words, the rest as it is read."""
    kind = forms.type_of(spec)
    if kind.is_long or kind.summary_role == "tags":
        return shorten(entry.text(spec.key), LONGEST)
    return entry.shown(spec.key)


def _column_of(view: View, found: Found, spec: FieldSpec) -> Column:
    made = _column(view, found, spec.key, spec.label)
    if not forms.type_of(spec).can_sort:
        made = Column(spec.label)
    return replace(made, spec=spec, is_number=forms.type_of(spec).shown_as_number)


def _column(view: View, found: Found, sort: str, label: str) -> Column:
    now = found.query.sort.removeprefix("-")
    direction = ""
    if now == sort:
        direction = "descending" if found.query.sort.startswith("-") else "ascending"
    wanted = f"-{sort}" if direction == "ascending" else sort
    url = list_url(found.form, replace(found.query, sort=wanted, page=1), view=view.name)
    return Column(label, url, direction)
