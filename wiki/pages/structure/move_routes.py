"""The screen where a page gets another title, address or place, and the one that tells how far its links are."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db
from wiki.core.access import Actor, allows, current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.core.names import link_key, page_name
from wiki.core.numbers import is_whole
from wiki.pages import find, save
from wiki.pages.blueprint import blueprint
from wiki.pages.models import Page
from wiki.pages.structure import moves, order
from wiki.pages.structure.backlinks import linking_to
from wiki.pages.throttle import count_change
from wiki.pages.toast import tell

MOST_LISTED = 500
MOST_OFFERED = 300
"""Pages proposed to stand under; any other one is typed."""
SOME = 30


@dataclass(frozen=True)
class Typed:
    """What stands in the form; `parent` is the name of the page above, "" at the root of the wiki."""

    title: str
    name: str
    parent: str
    unchecked: frozenset[int] = frozenset()


@blueprint.get("/<name>/move")
@audience("page")
def ask_move(name: str) -> Response:
    """Ask what a page is to be called, where it is to stand, and which links are to follow."""
    page = find.page_or_404(name, actor=current_actor(), need="write")
    return _screen(page, _known(page))


@blueprint.post("/<name>/move")
@audience("page")
def move_page(name: str) -> BaseResponse:
    """Give a page its new title, address and place, all at once or not at all."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    count_change()
    typed = _typed(page)
    try:
        made = moves.move(page, _wanted(page, typed), actor=actor)
    except Invalid as error:
        return _screen(page, typed, errors=error.errors)
    except save.Gone:
        abort(404)
    if made.total:
        return see_other(url_for("pages.show_move", move_id=made.id))
    # Someone without account has no action of their own to come back to.
    undo = {} if actor.is_anonymous else {"undo": url_for("pages.undo_move", move_id=made.id)}
    tell(_("“%(title)s” is at its new place.", title=page.title), **undo)
    return see_other(url_for("pages.show", name=page.name))


@blueprint.get("/-/moves/<int:move_id>")
@audience("signed-in")
def show_move(move_id: int) -> Response:
    """Tell how far the links of a move are, to who asked for it and to admins."""
    actor = current_actor()
    made, page = _move_or_404(move_id, actor)
    shown = (
        find.visible_pages(actor)
        .join(moves.MoveLink, moves.MoveLink.page_id == Page.id)
        .where(moves.MoveLink.move_id == made.id)
        .add_columns(moves.MoveLink.state)
        .order_by(Page.title, Page.id)
        .limit(SOME)
    )
    rows = db.session().execute(shown).all()
    return render("pages/moved.html", page=page, move=made, rows=rows)


@blueprint.post("/-/moves/<int:move_id>/undo")
@audience("signed-in")
def undo_move(move_id: int) -> BaseResponse:
    """Give all back as it was before a move."""
    actor = current_actor()
    made, page = _move_or_404(move_id, actor)
    try:
        made = moves.undo(made.id, actor=actor)
    except Invalid as error:
        tell(" ".join(error.errors.values()))
        return see_other(url_for("pages.show", name=page.name))
    except save.Gone:
        abort(404)
    if made.total:
        return see_other(url_for("pages.show_move", move_id=made.id))
    tell(_("“%(title)s” is as it was before.", title=made.old_title))
    return see_other(url_for("pages.show", name=made.old_name))


def page_called(raw: str, *, actor: Actor) -> Page | None:
    """Return the page that someone names by its name or title, None at the root. Raises Invalid."""
    if not raw.strip():
        return None
    key = link_key(raw.strip())
    found = find.names_seen({key}, actor=actor).get(key)
    if found is None:
        raise Invalid(parent=_("There is no page called %(name)s.", name=raw.strip()[:80]))
    return found


def _known(page: Page) -> Typed:
    above = _above(page)
    return Typed(page.title, page.name, above.name if above else "")


def _above(page: Page) -> Page | None:
    actor = current_actor()
    if page.parent_id is not None:
        return find.page_by_id(page.parent_id, actor=actor)
    return order.station_of(page.project_id, actor=actor) if page.kind == "text" else None


def _typed(page: Page) -> Typed:
    known, form = _known(page), request.form
    shown = {int(one) for one in form.getlist("shown") if is_whole(one)}
    checked = {int(one) for one in form.getlist("links") if is_whole(one)}
    return Typed(
        form.get("title", known.title)[: 2 * save.LONGEST_TITLE],
        form.get("name", known.name)[:1000],
        form.get("parent", known.parent)[:1000],
        frozenset(shown - checked),
    )


def _wanted(page: Page, typed: Typed) -> moves.Wanted:
    """Return what the form asks for. Raises Invalid."""
    actor, known = current_actor(), _known(page)
    name = None
    if typed.name.strip() != page.name:
        name = page_name(typed.name)
        if not name:
            raise Invalid(name=_("A page cannot be named like this."))
    ids = db.session().scalars(
        moves.linking(page, actor=actor).order_by(None).with_only_columns(Page.id)
    )
    return moves.Wanted(
        name=name,
        title=typed.title if page.kind == "text" else None,
        place=typed.parent.strip() != known.parent,
        under=page_called(typed.parent, actor=actor),
        links=frozenset(ids) - typed.unchecked if typed.unchecked else None,
    )


def _move_or_404(move_id: int, actor: Actor) -> tuple[moves.Move, Page]:
    made = db.session().get(moves.Move, move_id)
    if made is None or not (actor.is_admin or made.actor_id == actor.id):
        abort(404)
    return made, find.page_by_id(made.page_id, actor=actor) or abort(404)


def _screen(page: Page, typed: Typed, *, errors: dict[str, str] | None = None) -> Response:
    session, actor = db.session(), current_actor()
    found = moves.linking(page, actor=actor)
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    writable = moves.linking(page, actor=actor).order_by(None).with_only_columns(Page.id)
    closed = linking_to(page, actor=actor).where(Page.id.not_in(writable)).limit(SOME)
    offered = (
        find.visible_pages(actor)
        .where(
            Page.kind.in_(("text", "station")),
            Page.id != page.id,
            allows(actor, "write", Page),
        )
        .order_by(Page.project_id != page.project_id, Page.title, Page.id)
        .limit(MOST_OFFERED)
    )
    return render(
        "pages/move.html",
        status=422 if errors else 200,
        page=page,
        typed=typed,
        errors=errors or {},
        linked=session.scalars(found.limit(MOST_LISTED)).all(),
        total=total,
        more=ngettext(
            "and %(num)s other page", "and %(num)s other pages", max(0, total - MOST_LISTED)
        ),
        closed=session.scalars(closed).all(),
        offered=session.scalars(offered).all(),
    )
