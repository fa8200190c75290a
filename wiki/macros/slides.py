"""A button that shows a page as slides."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import BadParam, Call, Macro
from wiki.macros.support.page_lists import page_of


class Slides(Macro):
    """The way to `/Page/slides`: the page cut at its rules and titles."""

    name: ClassVar[str] = "slides"
    label = _l("Slides")
    help = _l("A button that shows a page full screen, cut at its titles and --- lines.")
    group = "media"
    icon = "monitor"
    params = (
        Param("page", _l("Page"), kind="page", help=_l("Left empty: this one.")),
        Param("text", _l("What it says")),
    )
    aliases = {"diaporama": {"page": "page"}}

    def context(self, call: Call) -> dict[str, Any] | None:
        page = page_of(call)
        if page is not None and page.kind != "text":
            raise BadParam(_("Only a page of text makes slides."))
        return {"page": page, "text": call.get("text") or _("Show as slides")}
