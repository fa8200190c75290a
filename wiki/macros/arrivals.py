"""Arrivals: who and what has just come: members, pages, entries."""

from __future__ import annotations

from typing import ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Block, Call, Platform, Row
from wiki.projects import arrivals


class Arrivals(Block):
    """The newest members, pages and entries of the project, or of the whole network."""

    name: ClassVar[str] = "arrivals"
    label = _l("Arrivals")
    help = _l("New members, new pages, new entries.")
    params = (Param("limit", _l("How many"), kind="number", default="6"),)

    def platform(self, call: Call) -> Platform:
        limit = call.number("limit", least=1, most=20)
        come = arrivals.latest(call.page, actor=call.actor, limit=limit)
        if not come:
            return Platform(_("Nothing yet"), _("What is new shows here by itself."), closed=True)
        first = come[0]
        return Platform(
            live=_("%(kind)s: %(title)s", kind=first.kind, title=first.title),
            meta=" · ".join(one.title for one in come[1:3]),
            way=_("See all changes"),
            url=url_for("pages.changes"),
            rows=[Row(one.title, one.url, f"{one.kind} · {one.day}") for one in come],
        )
