"""The pages under a page, as a tree."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_

from wiki.core import db
from wiki.core.params import Param
from wiki.macros.base import Call, Macro
from wiki.macros.support.page_lists import page_of
from wiki.pages.find import visible_pages
from wiki.pages.models import Page

MOST = 200


class Children(Macro):
    """The pages under this one, or under another; those of its project, under a station."""

    name: ClassVar[str] = "children"
    label = _l("Pages under this one")
    help = _l("The pages that stand under a page, as a tree.")
    group = "lists"
    icon = "workflow"
    params = (
        Param("page", _l("Under which page"), kind="page", help=_l("Left empty: this one.")),
        Param("levels", _l("How deep"), kind="choice", default="1", choices=("1", "2", "3")),
    )

    def context(self, call: Call) -> dict[str, Any] | None:
        top = page_of(call)
        below: dict[int, list[Page]] = {}
        level = [top] if top is not None else []
        for _depth in range(int(call.get("levels") or 1)):
            found = _under(level, call)
            for page in found:
                below.setdefault(_parent(page, level), []).append(page)
            level = [page for page in found if page.id not in below]
        return {"top": top, "below": below}


def _under(level: list[Page], call: Call) -> list[Page]:
    if not level:
        return []
    ids = [page.id for page in level]
    where: ColumnElement[bool] = Page.parent_id.in_(ids)
    station = next((page for page in level if page.kind == "station"), None)
    if station is not None:
        # What of a project has no page above it stands under its station.
        root = (Page.project_id == station.project_id) & Page.parent_id.is_(None)
        where = or_(where, root & (Page.kind == "text"))
    query = visible_pages(call.actor).where(where, Page.id.not_in(ids))
    return list(db.session().scalars(query.order_by(Page.position, Page.title).limit(MOST)))


def _parent(page: Page, level: list[Page]) -> int:
    above = {one.id for one in level}
    return page.parent_id if page.parent_id in above else level[0].id
