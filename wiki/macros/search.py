"""A search box in a page or on a platform."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Block, Call, Platform


class Search(Block):
    """A search box; on a station's platform it says where it searches."""

    name: ClassVar[str] = "search"
    label = _l("Search")
    help = _l("A search box.")
    group = "lists"
    icon = "search"
    template = "macros/search.html"
    params = (Param("label", _l("What the box says"), default=""),)
    aliases = {
        "textsearch": {"label": "label", "phrase": "label"},
        "newtextsearch": {"label": "label", "phrase": "label"},
        "moteurrecherche": {"label": "label"},
    }

    def context(self, call: Call) -> dict[str, Any] | None:
        return {"label": call.get("label") or _("A question, a tool, a person…")}

    def platform(self, call: Call) -> Platform:
        return Platform(
            live=_("Everything shared here"),
            meta=_("Pages, entries, questions and tools."),
            way=_("Search"),
            url=url_for("search.index"),
        )
