"""What lists of pages share: the queries, always those of the reader, and what a row shows."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from wiki.core import db
from wiki.core.markup import normalise
from wiki.core.names import fold, link_key
from wiki.core.params import Param
from wiki.macros.base import HERE, BadParam, Call
from wiki.pages import find
from wiki.pages.models import Page, Tag
from wiki.projects import find as projects

MOST = 500

SORTS = ("title", "-changed", "-created")
SORT = Param(
    "sort",
    _l("Order"),
    kind="choice",
    default="title",
    choices=SORTS,
    labels=(_l("By title"), _l("Last changed first"), _l("Newest first")),
)
LIMIT = Param("limit", _l("How many at most"), kind="number", default="50")
SHOW = Param(
    "show",
    _l("Shown as"),
    kind="choice",
    default="titles",
    choices=("titles", "dates", "cards"),
    labels=(_l("Titles"), _l("Titles with their date"), _l("Cards")),
)


def shown(query: Select[Page], call: Call) -> Sequence[Page]:
    """Return the rows of a list, in its order. Raises BadParam."""
    orders = {"title": Page.title, "-changed": Page.updated_at.desc()}
    order = orders.get(call.get("sort"), Page.created_at.desc())
    limit = call.number("limit", least=1, most=MOST)
    found = query.options(joinedload(Page.head)).order_by(order, Page.id).limit(limit)
    return db.session().scalars(found).all()


def tagged(query: Select[Page], tags: Sequence[str]) -> Select[Page]:
    """Narrow a query to the pages that bear one of these tags."""
    keys = [fold(normalise(tag)) for tag in tags]
    return query.where(Page.id.in_(select(Tag.page_id).where(Tag.tag_key.in_(keys))))


def in_project(query: Select[Page], wanted: str, call: Call) -> Select[Page]:
    """Narrow a query to a project's pages; `this` is the one of the page. Raises BadParam."""
    if wanted == HERE:
        key = call.page.project_id if call.page is not None else None
        return query.where(Page.project_id == key)
    found = projects.project_or_none(wanted, actor=call.actor)
    if found is None:
        raise BadParam(_("There is no project called %(name)s.", name=wanted))
    return query.where(Page.project_id == found[0].id)


def page_of(call: Call, name: str = "page") -> Page | None:
    """Return the page a parameter names, or the one at hand. Raises BadParam when it is not to be seen."""
    wanted = call.get(name)
    if not wanted or wanted == HERE:
        return call.page
    key = link_key(wanted)
    page = find.names_seen({key}, actor=call.actor).get(key)
    if page is None:
        raise BadParam(_("There is no page called %(name)s.", name=wanted))
    return page
