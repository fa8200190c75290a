"""Recent changes: of the project it stands in, else of the whole wiki."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from wiki.core import db, i18n
from wiki.core.params import Param
from wiki.macros.base import Block, Call, Platform
from wiki.pages.find import visible_pages
from wiki.pages.models import Page


class Recent(Block):
    """The pages changed last that the reader may see."""

    name: ClassVar[str] = "recent"
    label = _l("Recent changes")
    help = _l("The pages and entries changed last.")
    group = "lists"
    icon = "history"
    template = "macros/recent.html"
    params = (Param("limit", _l("How many"), kind="number", default="6"),)
    aliases = {"recentchanges": {"max": "limit"}}

    def context(self, call: Call) -> dict[str, Any] | None:
        return {"pages": _latest(call, call.number("limit", least=1, most=50))}

    def platform(self, call: Call) -> Platform:
        latest = _latest(call, 3)
        if not latest:
            return Platform(live=_("Nothing yet"), closed=True)
        return Platform(
            live=_("%(title)s, %(day)s", title=latest[0].title, day=i18n.day(latest[0].updated_at)),
            meta=" · ".join(page.title for page in latest[1:]),
            way=_("See all changes"),
            url=url_for("pages.changes"),
        )


def _latest(call: Call, limit: int) -> list[Page]:
    query = visible_pages(call.actor).options(joinedload(Page.head))
    if call.page is not None and call.page.project_id is not None:
        query = query.where(Page.project_id == call.page.project_id, Page.id != call.page.id)
    return list(
        db.session().scalars(query.order_by(Page.updated_at.desc(), Page.id.desc()).limit(limit))
    )
