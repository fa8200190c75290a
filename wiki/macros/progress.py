"""A progress bar, with its figure in words."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Call, Macro


class Progress(Macro):
    """How far something is."""

    name: ClassVar[str] = "progress"
    label = _l("Progress")
    help = _l("How far something is, as a bar and in figures.")
    icon = "minus"
    params = (
        Param("value", _l("How far"), kind="number", default="0"),
        Param("max", _l("Of how much"), kind="number", default="100"),
        Param("label", _l("What it measures")),
    )
    aliases = {"progressbar": {"val": "value"}}

    def context(self, call: Call) -> dict[str, Any] | None:
        most = call.number("max", least=1, most=1_000_000)
        value = call.number("value", most=most)
        return {"value": value, "most": most, "percent": round(100 * value / most)}
