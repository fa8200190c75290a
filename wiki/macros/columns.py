"""A text that flows in two or three columns, as in a newspaper."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Call, Macro


class Columns(Macro):
    """Running text in columns where the screen is wide enough."""

    name: ClassVar[str] = "columns"
    label = _l("Text in columns")
    help = _l("A text that flows in two or three columns.")
    icon = "columns-2"
    paired = True
    sample = _l("A long text, which flows from one column to the next.")
    params = (Param("count", _l("How many"), kind="choice", default="2", choices=("2", "3")),)

    def context(self, call: Call) -> dict[str, Any] | None:
        return {"count": call.get("count") or "2"}
