"""A button: a link that stands out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Call, Macro
from wiki.macros.support.links import target_of

LOOKS = ("plain", "primary", "quiet", "way")


class Button(Macro):
    """A link to a page or an address, in one of four looks."""

    name: ClassVar[str] = "button"
    label = _l("Button")
    help = _l("A link that stands out.")
    icon = "link"
    params = (
        Param("link", _l("Page or address"), kind="page", required=True),
        Param("text", _l("What it says"), help=_l("Left empty: the title of the page.")),
        Param(
            "look",
            _l("Look"),
            kind="choice",
            default="plain",
            choices=LOOKS,
            labels=(_l("Plain"), _l("Main one"), _l("Quiet"), _l("Arrow")),
        ),
        Param("hide", _l("Hidden from who may not read the page"), kind="flag"),
    )
    aliases = {
        "bouton": {"lien": "link", "texte": "text"},
        "boutton": {"lien": "link", "texte": "text"},
    }

    def understood(self, name: str, params: Mapping[str, str]) -> Mapping[str, str]:
        known = dict(super().understood(name, params))
        if "hideifnoaccess" in params:
            known["hide"] = params["hideifnoaccess"]
        if "class" in params and "look" not in params:
            known["look"] = "primary" if "btn-primary" in params["class"] else "plain"
        return known

    def context(self, call: Call) -> dict[str, Any] | None:
        target = target_of(call.get("link"), call)
        if target.missing and call.flag("hide"):
            return None
        return {
            "target": target,
            "text": call.get("text") or target.title,
            "look": call.get("look"),
        }
