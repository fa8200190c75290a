"""Purpose: what the project is for, in its own words."""

from __future__ import annotations

from typing import ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Block, Call, Platform


class Purpose(Block):
    """The purpose of the project and the page that says more, such as its charter."""

    name: ClassVar[str] = "purpose"
    label = _l("Purpose")
    help = _l("What the project is for, and the page that says more.")
    icon = "info"
    params = (
        Param("text", _l("In one line"), default=""),
        Param("page", _l("Page that says more"), kind="page", default=""),
    )

    def platform(self, call: Call) -> Platform:
        data = call.page.head.data if call.page is not None else {}
        live = call.get("text") or str(data.get("purpose", "")) or _("A purpose to write")
        name = call.get("page")
        url = url_for("pages.show", name=name) if name else ""
        return Platform(live=live, way=_("Read more") if url else "", url=url)
