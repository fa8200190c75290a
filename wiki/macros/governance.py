"""Governance and rules: how we decide, what holds us together."""

from __future__ import annotations

from typing import ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.core.names import fold
from wiki.core.params import Param
from wiki.macros.base import Block, Call, Platform, Row
from wiki.macros.support.closed_platform import closed, page_named, to_write
from wiki.pages import find


class Governance(Block):
    """The pages that say how the group works."""

    name: ClassVar[str] = "governance"
    label = _l("Governance and rules")
    help = _l("How we decide, our charter, our rules.")
    params = (
        Param("page", _l("Page that says how we work"), kind="page", default=""),
        Param("others", _l("Other pages, with commas between"), default=""),
        Param("text", _l("In one line"), default=""),
    )

    def platform(self, call: Call) -> Platform:
        name = call.get("page")
        if not name:
            return closed(call, _("Name the page that says how you decide."))
        page = page_named(call, name)
        if page is None:
            return to_write(call, name)
        names = [fold(part.strip()) for part in call.get("others").split(",") if part.strip()][:8]
        others = find.names_seen(set(names), actor=call.actor)
        rows = [
            Row(one.title, url_for("pages.show", name=one.name))
            for one in (page, *(others[key] for key in names if key in others))
        ]
        return Platform(
            live=call.get("text") or page.title,
            meta=" · ".join(one.title for one in rows[1:]) or _("How we decide, and who does."),
            way=_("Read it"),
            url=rows[0].url,
            rows=rows,
        )
