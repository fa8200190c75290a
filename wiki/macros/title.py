"""The title of the page, in its text: useful in a text that other pages show."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.macros.base import Call, Macro


class Title(Macro):
    """The title of the page it stands on."""

    name: ClassVar[str] = "title"
    label = _l("Title of the page")
    help = _l("The title of this page, inside its text.")
    icon = "heading"
    aliases = {"titrepage": {}, "currentpage": {}}

    def context(self, call: Call) -> dict[str, Any] | None:
        return {"title": call.page.title if call.page else ""}
