"""Entries on a map, above the same entries as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.bazar.views.map import MapView
from wiki.bazar.views.table import TableView

if TYPE_CHECKING:
    from wiki.bazar.models import FieldSpec
    from wiki.bazar.query.results import Found

TABLE = TableView()


class MapTableView(MapView):
    """A map over a table; it needs a field of place."""

    name: ClassVar[str] = "map_table"
    summary = "a map over the table"
    label = _l("Map and table")
    common = False
    groups_rows = False
    options = (*MapView.options, *TableView.options)

    def candidates(self, specs: Sequence[FieldSpec], name: str) -> list[FieldSpec]:
        own = name in self.takes
        return super().candidates(specs, name) if own else TABLE.candidates(specs, name)

    def context(self, found: Found) -> dict[str, Any]:
        """Return what the map and the table need; rows of the table bear the numbers of the dots."""
        shown = super().context(found)
        table = TABLE.context(found) | {"columns": _columns(self, found), "edit_url": ""}
        numbers = {entry.page.id: (number, state) for number, entry, _b, state, _l in shown["rows"]}
        return {**table, **shown, "numbers": numbers}


def _columns(view: MapTableView, found: Found) -> list[Any]:
    """Return the columns of the table, whose headings lead back to this view."""
    from dataclasses import replace

    columns = TABLE.columns(found)
    return [replace(one, url=one.url.replace("view=table", f"view={view.name}")) for one in columns]
