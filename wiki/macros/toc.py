"""Table of contents: the headings of the text it stands in."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Call, Macro

UNDER = {"title": "title", "closed": "closed"}


class Toc(Macro):
    """The headings of the page, as links."""

    name: ClassVar[str] = "toc"
    label = _l("Table of contents")
    help = _l("The headings of the page, as links.")
    icon = "list"
    params = (
        Param("title", _l("Title")),
        Param("levels", _l("How deep"), kind="choice", default="3", choices=("2", "3", "4")),
        Param("closed", _l("Folded at first"), kind="flag"),
    )
    aliases = {"tocjs": UNDER, "trail": UNDER}

    def context(self, call: Call) -> dict[str, Any] | None:
        deepest = int(call.get("levels") or 3)
        shown = [heading for heading in call.headings if heading.level <= deepest]
        return {
            "title": call.get("title") or _("On this page"),
            "headings": shown,
            "top": min((heading.level for heading in shown), default=1),
            "closed": call.flag("closed"),
        }
