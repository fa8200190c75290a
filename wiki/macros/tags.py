"""Tag cloud: the tags of the pages one may read, the larger the more they bear."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from wiki.core import db
from wiki.core.markup import normalise
from wiki.core.names import fold
from wiki.core.params import Param
from wiki.macros.base import Call, Macro
from wiki.macros.support.page_lists import in_project
from wiki.pages.find import visible_pages
from wiki.pages.models import Page, Tag

SIZES = 5


class Tags(Macro):
    """Tags with how many pages bear each, of those this reader sees."""

    name: ClassVar[str] = "tags"
    label = _l("Tag cloud")
    help = _l("The tags of the wiki or of a project, the most used in larger letters.")
    group = "lists"
    icon = "tags"
    params = (
        Param("only", _l("Only these tags"), kind="tag", help=_l("Commas between.")),
        Param("project", _l("Of this project"), kind="project"),
        Param("limit", _l("How many at most"), kind="number", default="40"),
    )
    aliases = {"nuagetag": {"tags": "only", "nb": "limit"}}

    def context(self, call: Call) -> dict[str, Any] | None:
        seen = visible_pages(call.actor)
        if project := call.get("project").strip():
            seen = in_project(seen, project, call)
        count = func.count()
        counted = (
            select(Tag.tag_key, func.min(Tag.tag).label("tag"), count.label("pages"))
            .where(Tag.page_id.in_(seen.with_only_columns(Page.id)))
            .group_by(Tag.tag_key)
            .order_by(count.desc(), Tag.tag_key)
            .limit(call.number("limit", least=1, most=200))
        )
        if only := call.words("only"):
            counted = counted.where(Tag.tag_key.in_([fold(normalise(tag)) for tag in only]))
        rows = db.session().execute(counted).all()
        most = max((row.pages for row in rows), default=1)
        sized = [(row, 1 + (SIZES - 1) * (row.pages - 1) // max(1, most - 1)) for row in rows]
        return {"rows": sorted(sized, key=lambda one: one[0].tag_key)}
