"""Favourites: the pages someone marked with a star, for themselves alone."""

from __future__ import annotations

from datetime import datetime

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import audience, paging, render, see_other
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page
from wiki.pages.toast import tell

PAGE_SIZE = 50
MOST = 1000
"""Favourites of one person."""


class Favourite(db.Base):
    """A page that a person marked."""

    __tablename__ = "favourite"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created_at: Mapped[datetime]


@blueprint.get("/-/favourites")
@audience("signed-in")
def favourites() -> Response:
    """List one's own favourites, by title."""
    actor = current_actor()
    found = (
        find.visible_pages(actor)
        .join(Favourite, Favourite.page_id == Page.id)
        .where(Favourite.user_id == actor.id)
    )
    total = db.session().scalar(select(func.count()).select_from(found.subquery())) or 0
    where = paging(total, PAGE_SIZE)
    ordered = found.order_by(Page.title, Page.id).limit(where.size).offset(where.offset)
    rows = db.session().scalars(ordered).all()
    return render("pages/favourites.html", rows=rows, paging=where, kind_of=kind_of)


@blueprint.post("/<name>/favourite")
@audience("signed-in")
def set_favourite(name: str) -> BaseResponse:
    """Mark a page with a star, or take it away when `off` is sent."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    with db.write(quiet=True) as session:
        mine = Favourite.user_id == actor.id
        session.execute(delete(Favourite).where(mine, Favourite.page_id == page.id))
        if "off" not in request.form:
            if (session.scalar(select(func.count()).where(mine)) or 0) >= MOST:
                abort(403)
            made = Favourite(user_id=actor.id, page_id=page.id, created_at=db.utcnow())
            session.add(made)
    if "off" in request.form:
        tell(_("“%(title)s” is no longer a favourite.", title=page.title))
    else:
        tell(_("“%(title)s” is a favourite: find it in your account menu.", title=page.title))
    if "list" in request.form:
        return see_other(url_for("pages.favourites"))
    return see_other(url_for("pages.show", name=page.name))


def is_favourite(page: Page, *, actor: Actor) -> bool:
    """Return whether someone marked a page."""
    key = {"user_id": actor.id, "page_id": page.id}
    return not actor.is_anonymous and db.session().get(Favourite, key) is not None
