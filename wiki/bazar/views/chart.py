"""How many entries there are of each kind, or what their numbers come to: drawn, with its table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from wiki.bazar.views.base import COUNTED, DATES, NUMBERS, View, first_of
from wiki.bazar.views.support import chart
from wiki.core.params import Param

if TYPE_CHECKING:
    from wiki.bazar.models import FieldSpec
    from wiki.bazar.query.results import Found

DRAWN = ("bars", "lines", "pie")
BY = COUNTED | DATES


class ChartView(View):
    """Bars, a line or a pie, by a choice or by month."""

    name = "chart"
    label = _l("Chart")
    icon = "hash"
    paged = False
    options = (
        Param("by", _l("By"), "field"),
        Param(
            "draw",
            _l("Drawn as"),
            "choice",
            choices=DRAWN,
            labels=(_l("Bars"), _l("Line"), _l("Pie")),
        ),
        Param("sum", _l("Sum of"), "field"),
    )
    takes = {"by": BY, "sum": NUMBERS}

    def suits(self, specs: Sequence[FieldSpec]) -> bool:
        return first_of(specs, BY) is not None

    def context(self, found: Found) -> dict[str, Any]:
        """Return the slices and how they are drawn."""
        by, of = self.field(found, "by"), self.field_set(found, "sum")
        drawn = found.query.setting("draw")
        if not drawn:
            drawn = "lines" if by and by.type in DATES else "bars"
        slices = chart.slices(found, by, of=of) if by else []
        return {
            "by": by,
            "of": of,
            "drawn": drawn,
            "slices": slices,
            "chart": chart.drawing(slices, drawn),
            "number": chart.written,
            "total": sum(one.value for one in slices),
        }
