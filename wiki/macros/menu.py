"""A button that opens a list of links."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Call, Macro


class Menu(Macro):
    """A `<details>`: links under a button, without JavaScript."""

    name: ClassVar[str] = "menu"
    label = _l("Button with a menu")
    help = _l("A button; a click shows the links under it.")
    icon = "menu"
    paired = True
    sample = _l("- [[A page]]\n- [[Another page]]")
    params = (Param("text", _l("What it says")),)
    aliases = {"buttondropdown": {"title": "text"}}

    def context(self, call: Call) -> dict[str, Any] | None:
        return {"text": call.get("text") or _("Menu")}
