"""Welcome: what a newcomer reads first."""

from __future__ import annotations

from typing import ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.core.names import fold, page_name
from wiki.core.params import Param
from wiki.macros.base import BadParam, Block, Call, Platform
from wiki.pages import find


class Welcome(Block):
    """The way in for who has just arrived: a page to read."""

    name: ClassVar[str] = "welcome"
    label = _l("Welcome")
    help = _l("The page to read first.")
    icon = "house"
    params = (
        Param("page", _l("Page to read first"), kind="page", default=""),
        Param("text", _l("In one line"), default=""),
    )

    def platform(self, call: Call) -> Platform:
        name = call.get("page")
        text = call.get("text") or _("Five minutes of reading before the first meeting.")
        if not name:
            return Platform(_("New here?"), text, _("See who does what"), "#h-people")
        page = find.names_seen({fold(name)}, actor=call.actor).get(fold(name))
        if page is not None:
            url = url_for("pages.show", name=page.name)
            return Platform(_("New here?"), text, _("Where to begin"), url)
        if not page_name(name):
            raise BadParam(_("This page does not exist."))
        url = url_for(
            "pages.new", name=page_name(name), parent=call.page.name if call.page else None
        )
        return Platform(
            _("Closed platform"), _("Its page is to be written."), _("Write it"), url, closed=True
        )
