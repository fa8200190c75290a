"""Two fields across each other: how many entries have both, or what their numbers come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from wiki.bazar.query import aggregates
from wiki.bazar.views.base import COUNTABLE, NUMERIC, View
from wiki.bazar.views.support import chart
from wiki.bazar.views.support.urls import list_url
from wiki.core.params import Param

if TYPE_CHECKING:
    from wiki.bazar.models import FieldSpec
    from wiki.bazar.query.results import Found

MOST_ROWS, MOST_COLUMNS = 60, 20


class PivotView(View):
    """A table of two fields; it needs two that entries can be counted by."""

    name = "pivot"
    summary = "two fields across each other"
    label = _l("Pivot table")
    icon = "table"
    paged = False
    options = (
        Param("down", _l("Rows"), "field"),
        Param("across", _l("Columns"), "field"),
        Param("sum", _l("Sum of"), "field"),
    )
    takes = {"down": COUNTABLE, "across": COUNTABLE, "sum": NUMERIC}

    def suits(self, specs: Sequence[FieldSpec]) -> bool:
        return len(self.candidates(specs, "down")) > 1

    def context(self, found: Found) -> dict[str, Any]:
        """Return the rows, the columns, and the value of each cell by their two texts."""
        fits = self.candidates(found.specs, "down")
        down = self.field_set(found, "down") or next(iter(fits), None)
        others = [spec for spec in fits if spec is not down]
        across = self.field_set(found, "across") or next(iter(others), None)
        if down is None or across is None:
            return {"rows": [], "columns": [], "cells": {}, "down": down, "across": across}
        of = self.field_set(found, "sum")
        cells = aggregates.pairs(found, down, across, of=of)
        rows = aggregates.labelled(found, down, {a for a, _b in cells})
        columns = aggregates.labelled(found, across, {b for _a, b in cells})
        return {
            "down": down,
            "across": across,
            "of": of,
            "rows": rows[:MOST_ROWS],
            "columns": columns[:MOST_COLUMNS],
            "cut": len(rows) > MOST_ROWS or len(columns) > MOST_COLUMNS,
            "cells": cells,
            "by_row": aggregates.counts(found, down, of=of),
            "by_column": aggregates.counts(found, across, of=of),
            "number": chart.written,
            "most": max(cells.values(), default=0),
            "url": lambda a, b: _url(found, down, a, across, b),
        }


def _url(found: Found, down: FieldSpec, a: str, across: FieldSpec, b: str) -> str:
    """Return the list of the entries of one cell."""
    from dataclasses import replace

    filters = {**found.query.filters, down.key: (a,), across.key: (b,)}
    return list_url(found.form, replace(found.query, filters=filters, settings={}), view="list")
