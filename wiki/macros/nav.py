"""A row of links: a small menu inside a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Call, Macro, page_in
from wiki.macros.support.links import target_of


class Nav(Macro):
    """Links side by side; the one of the page at hand is marked."""

    name: ClassVar[str] = "nav"
    label = _l("Row of links")
    help = _l("A small menu: pages or addresses side by side.")
    icon = "menu"
    params = (
        Param(
            "links", _l("Pages or addresses"), required=True, help=_l("Commas between, in order.")
        ),
        Param("titles", _l("What each says"), help=_l("Commas between. Empty: the titles.")),
        Param("label", _l("Name of the menu")),
    )

    def pages_named(self, params: Mapping[str, str]) -> tuple[str, ...]:
        names = (page_in(word) for word in params.get("links", "").split(","))
        return tuple(name for name in names if name)

    def context(self, call: Call) -> dict[str, Any] | None:
        titles = call.words("titles")
        targets = [target_of(link, call) for link in call.words("links")[:20]]
        said = [
            (target, titles[number] if number < len(titles) else target.title)
            for number, target in enumerate(targets)
        ]
        here = call.page.title if call.page else ""
        return {"links": said, "here": here, "label": call.get("label") or _("On this theme")}
