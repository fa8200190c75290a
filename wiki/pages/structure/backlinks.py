"""Which pages link to a page or show it inside them, by its name or a former one: those the reader may see."""

from __future__ import annotations

from flask import Response
from sqlalchemy import Select, func, or_, select

from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import audience, paging, render
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.models import Alias, Link, Page

PAGE_SIZE = 100


@blueprint.get("/<name>/backlinks")
@audience("page")
def backlinks(name: str) -> Response:
    """List all the pages that link to a page, those that show it inside them apart."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    found = linking_to(page, actor=actor)
    total = (
        db.session().scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    )
    where = paging(total, PAGE_SIZE)
    rows = db.session().scalars(found.limit(where.size).offset(where.offset)).all()
    shown = linking_to(page, actor=actor, included=True).limit(PAGE_SIZE)
    return render(
        "pages/backlinks.html",
        page=page,
        rows=rows,
        paging=where,
        used_in=db.session().scalars(shown).all() if where.page == 1 else (),
    )


def linking_to(
    page: Page, *, actor: Actor, included: bool = False, itself: bool = False
) -> Select[Page]:
    """Return the query of the visible pages that link to a page, by title; only those that show it
    inside them when `included`. The page itself is one only when `itself` says so."""
    former = select(Alias.name_key).where(Alias.page_id == page.id)
    links = select(Link.page_id).where(
        or_(Link.target_key == page.name_key, Link.target_key.in_(former))
    )
    if included:
        links = links.where(Link.included)
    seen = find.visible_pages(actor).where(Page.id.in_(links))
    if not itself:
        seen = seen.where(Page.id != page.id)
    return seen.order_by(Page.title, Page.id)
