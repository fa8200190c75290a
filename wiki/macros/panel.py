"""A text that folds under its title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Call, Macro


class Panel(Macro):
    """A `<details>`: it works without JavaScript, and search engines read it."""

    name: ClassVar[str] = "panel"
    label = _l("Text that unfolds")
    help = _l("A title; a click shows the text under it.")
    icon = "chevron-right"
    paired = True
    sample = _l("The text that shows after a click.")
    params = (
        Param("title", _l("Title")),
        Param("open", _l("Unfolded at first"), kind="flag"),
    )

    def understood(self, name: str, params: Mapping[str, str]) -> Mapping[str, str]:
        # YesWiki's type: default stays open, collapsible is open at first, collapsed is not.
        if params.get("type") in {"default", "collapsible"}:
            return {"open": "true"} | dict(params)
        return params

    def context(self, call: Call) -> dict[str, Any] | None:
        return {"title": call.get("title") or _("More"), "open": call.flag("open")}
