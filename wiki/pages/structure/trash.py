"""The trash: put pages there, restore them, or (admins) delete them for good."""

from __future__ import annotations

from flask import Response, abort, flash, url_for
from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db, settings
from wiki.core.access import Actor, RuleSet, allows, current_actor
from wiki.core.http import audience, paging, render, see_other
from wiki.core.names import fold
from wiki.core.search.index.queue import enqueue
from wiki.pages import events, find, rights
from wiki.pages.blueprint import blueprint
from wiki.pages.comments import Comment
from wiki.pages.kinds import kind_of
from wiki.pages.models import Attachment, Event, Page
from wiki.pages.save import Gone
from wiki.pages.structure.backlinks import linking_to
from wiki.pages.throttle import count_change
from wiki.pages.toast import tell

PAGE_SIZE = 50
SOME_LINKS = 20


@blueprint.get("/<name>/trash")
@audience("page")
def ask_trash(name: str) -> Response:
    """Ask before a page goes to the trash, and say which pages link to it."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    pointed = kind_of(page).pointed_at(page, actor=actor)
    told = {one.id for _label, pages in pointed for one in pages}
    linked = db.session().scalars(linking_to(page, actor=actor).limit(SOME_LINKS)).all()
    return render(
        "pages/ask_trash.html",
        page=page,
        pointed=pointed,
        linked=[one for one in linked if one.id not in told],
        is_home=is_home(page),
    )


@blueprint.post("/<name>/trash")
@audience("page")
def trash_page(name: str) -> BaseResponse:
    """Put a page in the trash."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    if is_home(page):
        abort(403)
    count_change()
    put_in_trash(page, actor=actor)
    undo = url_for("pages.restore_page", page_id=page.id)
    tell(_("“%(title)s” is in the trash.", title=page.title), undo=undo)
    return see_other(url_for("pages.home"))


@blueprint.get("/-/trash")
@audience("signed-in")
def trash() -> Response:
    """List what is in the trash, of the pages one may read."""
    actor = current_actor()
    found = find.visible_pages(actor, trashed=True)
    total = db.session().scalar(select(func.count()).select_from(found.subquery())) or 0
    where = paging(total, PAGE_SIZE)
    thrown = aliased(Event)
    last = select(func.max(thrown.id)).where(thrown.page_id == Page.id, thrown.kind == "trashed")
    query = (
        found.outerjoin(Event, Event.id == last.correlate(Page).scalar_subquery())
        .add_columns(Event.actor_name, allows(actor, "write", Page).label("may_restore"))
        .order_by(Page.trashed_at.desc(), Page.id)
    )
    rows = db.session().execute(query.limit(where.size).offset(where.offset)).all()
    return render("pages/trash.html", rows=rows, paging=where)


@blueprint.post("/-/trash/<int:page_id>/restore")
@audience("page")
def restore_page(page_id: int) -> BaseResponse:
    """Take a page out of the trash."""
    page = _trashed_or_404(page_id)
    if "write" not in page.allowed:
        abort(403)
    count_change()
    take_out_of_trash(page, actor=current_actor())
    tell(_("“%(title)s” is back.", title=page.title))
    return see_other(url_for("pages.show", name=page.name))


@blueprint.post("/-/trash/<int:page_id>/delete")
@audience("admin")
def delete_page(page_id: int) -> BaseResponse:
    """Delete a page of the trash for good, with its history."""
    page = _trashed_or_404(page_id)
    try:
        delete_for_good(page)
    except IntegrityError:
        flash(_("“%(title)s” is still in use: it cannot be deleted.", title=page.title), "error")
    else:
        tell(_("“%(title)s” is deleted for good.", title=page.title))
    return see_other(url_for("pages.trash"))


def put_in_trash(page: Page, *, actor: Actor) -> None:
    """Put a page in the trash: it vanishes from everywhere until it is restored. Raises Gone."""
    _move(page, actor, trashed=True)


def take_out_of_trash(page: Page, *, actor: Actor) -> None:
    """Bring a page back from the trash. Raises Gone."""
    _move(page, actor, trashed=False)


def delete_for_good(page: Page) -> None:
    """Delete a page, its history and all that hangs on it; its children go up to its parent."""
    with db.write() as session:
        own = rights.own_set(session, page)
        laid = session.scalars(select(Attachment.id).where(Attachment.page_id == page.id)).all()
        said = session.scalars(select(Comment.id).where(Comment.page_id == page.id)).all()
        session.execute(
            update(Page).where(Page.parent_id == page.id).values(parent_id=page.parent_id)
        )
        session.execute(delete(Page).where(Page.id == page.id))
        if own is not None:
            session.execute(delete(RuleSet).where(RuleSet.id == own.id))
        db.bump(session, "rights")
        enqueue(session, [page.id], files=laid, comments=said)


def is_home(page: Page) -> bool:
    """Return whether a page is the wiki's home, which cannot be thrown away."""
    return page.name_key == fold(str(settings.get("home")))


def _trashed_or_404(page_id: int) -> Page:
    page = find.page_by_id(page_id, actor=current_actor(), trashed=True)
    return page or abort(404)


def _move(page: Page, actor: Actor, *, trashed: bool) -> None:
    with db.write() as session:
        current = find.reload(page, actor=actor)
        if current is None or "write" not in current.allowed:
            raise Gone(page.name)
        current.trashed_at = page.trashed_at = db.utcnow() if trashed else None
        events.log(session, current, "trashed" if trashed else "untrashed", actor=actor)
        session.flush()
        db.bump(session, "rights")
        enqueue(session, [current.id])
