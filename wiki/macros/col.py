"""One column of a grid."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Call, Macro


class Col(Macro):
    """A column; it takes some of the twelve parts of its grid."""

    name: ClassVar[str] = "col"
    label = _l("Column of a grid")
    help = _l("Stands in a grid; a size of 6 is half of it.")
    icon = "columns-2"
    paired = True
    sample = _l("A few words.")
    params = (Param("size", _l("Width, in twelfths"), kind="number", default="6"),)

    def context(self, call: Call) -> dict[str, Any] | None:
        return {"size": call.number("size", least=1, most=12)}
