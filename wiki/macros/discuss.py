"""Discuss: the channel of the project and how to join it."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.core.http import Invalid
from wiki.core.params import Param
from wiki.macros.base import BadParam, Block, Call, Platform
from wiki.macros.support.closed_platform import closed
from wiki.projects.station import check_contact


class Discuss(Block):
    """Where people talk: a room, a list, a forum, outside of the wiki."""

    name: ClassVar[str] = "discuss"
    label = _l("Discuss")
    help = _l("The channel where people talk, and how to join it.")
    icon = "message-square"
    params = (
        Param("url", _l("Address of the channel"), kind="url", default=""),
        Param("text", _l("In one line"), default=""),
    )

    def platform(self, call: Call) -> Platform:
        data = call.page.head.data if call.page is not None else {}
        url = call.get("url") or str(data.get("contact", ""))
        try:
            check_contact(url)
        except Invalid as error:
            raise BadParam(" ".join(error.errors.values())) from error
        if not url:
            return closed(call, _("Give the address of your room or list to open it."))
        text = call.get("text") or url.partition(":")[2].strip("/")
        return Platform(_("Come and talk"), text, _("Join the channel"), url)
