"""Entries as a table: one column a field in lists, sorted by its heading where the field can be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from wiki.bazar import forms
from wiki.bazar.brief import SEVERAL, shorten
from wiki.bazar.list_address import list_url
from wiki.bazar.models import FieldSpec
from wiki.bazar.views.base import View

if TYPE_CHECKING:
    from wiki.bazar.query import Found
    from wiki.bazar.reading import Entry

NUMBERS = {"number", "sequence", "rating", "indicators"}
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


class TableView(View):
    """A table, for comparing entries."""

    name = "table"
    label = _l("Table")
    icon = "table"
    page_size = 50

    def context(self, found: Found) -> dict[str, Any]:
        """Return the columns and how a cell is filled."""
        title, *others = found.specs
        listed = [spec for spec in others if spec.in_list and forms.role(spec) not in {"", "block"}]
        columns = [_column(found, "title", title.label)]
        columns += [_column_of(found, spec) for spec in listed]
        columns.append(_column(found, "updated", _("Changed")))
        return {"columns": columns, "cell": cell}


def cell(entry: Entry, spec: FieldSpec) -> Markup | str:
    """Return what stands in one cell: long texts and choices as words, the rest as it is read."""
    if forms.type_of(spec).is_long or spec.type in SEVERAL:
        return shorten(entry.text(spec.key), LONGEST)
    return entry.shown(spec.key)


def _column_of(found: Found, spec: FieldSpec) -> Column:
    made = _column(found, spec.key, spec.label)
    if not forms.type_of(spec).can_sort:
        made = Column(spec.label)
    return replace(made, spec=spec, is_number=spec.type in NUMBERS)


def _column(found: Found, sort: str, label: str) -> Column:
    now = found.query.sort.removeprefix("-")
    direction = ""
    if now == sort:
        direction = "descending" if found.query.sort.startswith("-") else "ascending"
    wanted = f"-{sort}" if direction == "ascending" else sort
    url = list_url(found.form, replace(found.query, sort=wanted, page=1), view=TableView.name)
    return Column(label, url, direction)
