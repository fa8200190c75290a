"""How many entries there are of each kind, or what their numbers come to: drawn, with its table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from wiki.bazar.forms import forms
from wiki.bazar.views.base import NUMERIC, TEMPORAL, View, first_of
from wiki.bazar.views.support import chart
from wiki.core.params import Param

if TYPE_CHECKING:
    from wiki.bazar.field import Field
    from wiki.bazar.models import FieldSpec
    from wiki.bazar.query.results import Found

DRAWN = ("bars", "lines", "pie")


def _by(kind: Field) -> bool:
    return kind.countable or kind.temporal


class ChartView(View):
    """Bars, a line or a pie, by a choice or by month."""

    name = "chart"
    summary = "bars, a line or a pie, with its table"
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
    takes = {"by": _by, "sum": NUMERIC}

    def suits(self, specs: Sequence[FieldSpec]) -> bool:
        return first_of(specs, _by) is not None

    def context(self, found: Found) -> dict[str, Any]:
        """Return the slices and how they are drawn."""
        by, of = self.field(found, "by"), self.field_set(found, "sum")
        drawn = found.query.setting("draw")
        if not drawn:
            drawn = "lines" if by and TEMPORAL(forms.traits_of(by)) else "bars"
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
