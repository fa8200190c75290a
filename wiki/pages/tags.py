"""Tags: all with how many pages bear each, and the pages of one, as this reader sees them."""

from __future__ import annotations

from flask import Response, abort
from sqlalchemy import Select, func, select

from wiki.core import db, markup
from wiki.core.access import current_actor
from wiki.core.http import audience, paging, render
from wiki.core.names import fold
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page, Tag

PAGE_SIZE = 50
MOST_TAGS = 1000


@blueprint.get("/-/tags")
@audience("page")
def tags() -> Response:
    """List the tags of the pages one may read."""
    seen = find.visible_pages(current_actor()).with_only_columns(Page.id)
    counted = (
        select(func.min(Tag.tag).label("tag"), func.count().label("count"), Tag.tag_key)
        .where(Tag.page_id.in_(seen))
        .group_by(Tag.tag_key)
        .order_by(Tag.tag_key)
        .limit(MOST_TAGS)
    )
    return render("pages/tags.html", rows=db.session().execute(counted).all())


@blueprint.get("/-/tags/<tag>")
@audience("page")
def tagged(tag: str) -> Response:
    """List the pages that bear a tag, the last changed first. 404 when one may see none."""
    found = pages_tagged(find.visible_pages(current_actor()), tag)
    total = db.session().scalar(select(func.count()).select_from(found.subquery())) or 0
    if not total:
        abort(404)
    where = paging(total, PAGE_SIZE)
    listed = found.order_by(Page.updated_at.desc(), Page.id).limit(where.size).offset(where.offset)
    rows = db.session().scalars(listed).all()
    written = select(Tag.tag).where(Tag.page_id == rows[0].id, Tag.tag_key == _key(tag))
    shown = db.session().scalar(written)
    return render("pages/tagged.html", tag=shown, rows=rows, paging=where, kind_of=kind_of)


def pages_tagged(query: Select[Page], tag: str) -> Select[Page]:
    """Narrow a query of pages to those that bear a tag."""
    return query.where(Page.id.in_(select(Tag.page_id).where(Tag.tag_key == _key(tag))))


def _key(tag: str) -> str:
    return fold(markup.normalise(tag))
