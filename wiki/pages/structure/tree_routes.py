"""The tree of a project, or of the wiki outside of projects, where pages are put in order by hand or by buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db
from wiki.core.access import Actor, allows, current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.core.numbers import is_whole
from wiki.pages import find, save
from wiki.pages.blueprint import blueprint
from wiki.pages.models import Page
from wiki.pages.structure import order
from wiki.pages.throttle import count_change
from wiki.pages.toast import tell

MOST = 500
LAST = 1_000_000
STEPS = ("up", "down", "in", "out")


@dataclass
class Branch:
    """A page in the tree; `movable` for who may write it, where its place among its sisters is seen."""

    page: Page
    movable: bool
    children: list[Branch] = field(default_factory=list)


@blueprint.get("/-/tree")
@audience("page")
def tree() -> Response:
    """Show the tree that the page `of` stands in, or that of the wiki outside of projects."""
    actor = current_actor()
    here = find.page_or_none(request.args.get("of", ""), actor=actor)
    station = order.station_of(here.project_id, actor=actor) if here else None
    if here is not None and here.project_id is not None and station is None:
        abort(404)
    pages = _pages(station, actor)
    return render(
        "pages/tree.html",
        here=here,
        station=station,
        branches=_branches(station, pages),
        more=len(pages) >= MOST,
        may_write=any(movable for _page, movable in pages),
    )


@blueprint.post("/-/tree")
@audience("page")
def change_tree() -> BaseResponse:
    """Put a page at another place: one step `up`, `down`, `in` or `out`, or `under` a page and `before` one."""
    actor = current_actor()
    step = next((name for name in STEPS if name in request.form), "")
    page = _page(step or "page", actor)
    if page is None:
        abort(404)
    if "write" not in page.allowed:
        abort(403)
    count_change()
    _go(page, step, actor)
    focus = f"{step}-{page.id}" if step else f"p-{page.id}"
    return see_other(url_for("pages.tree", of=page.name, _anchor=focus))


def _go(page: Page, step: str, actor: Actor) -> None:
    """Move a page and tell it, with the way back; a step that leads nowhere is said."""
    try:
        aim = _aim(page, step, actor) if step else _aim_of_form(page, actor)
        if aim is None:
            tell(_("“%(title)s” cannot go further that way.", title=page.title))
            return
        under, at = aim
        above, place = order.put(page, under=under, at=at, actor=actor)
    except Invalid as error:
        tell(" ".join(error.errors.values()))
    except save.Gone:
        abort(404)
    else:
        undo = url_for("pages.change_tree", page=page.id, under=above or "", at=place)
        tell(_("“%(title)s” is at its new place.", title=page.title), undo=undo)


def _aim(page: Page, step: str, actor: Actor) -> tuple[Page | None, int] | None:
    """Return where one step leads: the page above and the place there; None when it leads nowhere."""
    above = _above(page, actor)
    seen = find.visible_pages(actor).where(order.sisters(above))
    rows = db.session().scalars(seen.order_by(Page.position, Page.title, Page.id)).all()
    ids = [one.id for one in rows]
    index = ids.index(page.id) if page.id in ids else -1
    before = rows[index - 1] if index > 0 else None
    after = rows[index + 1] if 0 <= index < len(rows) - 1 else None
    if step == "up" and before:
        return above, order.rank(above, before.id, without=page)
    if step == "down" and after:
        return above, order.rank(above, after.id, without=page) + 1
    if step == "in" and before:
        return before, LAST
    if step == "out" and above is not None and above.kind != "station":
        higher = _above(above, actor)
        return higher, order.rank(higher, above.id, without=page) + 1
    return None


def _aim_of_form(page: Page, actor: Actor) -> tuple[Page | None, int]:
    """Return where a drag, or an undo, puts a page. Raises Invalid."""
    under = _page("under", actor)
    if under is None and request.values.get("under"):
        raise Invalid(parent=_("The page above is not there any more."))
    if under is None:
        under = order.station_of(page.project_id, actor=actor)
    before, at = _page("before", actor), request.values.get("at", "")
    if before is not None:
        return under, order.rank(under, before.id, without=page)
    return under, int(at) if is_whole(at) else LAST


def _above(page: Page, actor: Actor) -> Page | None:
    if page.parent_id is not None:
        return find.page_by_id(page.parent_id, actor=actor) or abort(404)
    return order.station_of(page.project_id, actor=actor)


def _page(name: str, actor: Actor) -> Page | None:
    raw = request.values.get(name, "")
    return find.page_by_id(int(raw), actor=actor) if is_whole(raw) else None


def _pages(station: Page | None, actor: Actor) -> Sequence[tuple[Page, bool]]:
    project = station.project_id if station else None
    query = find.visible_pages(actor).where(Page.project_id == project, Page.kind == "text")
    ordered: Select[Any] = query.add_columns(allows(actor, "write", Page)).order_by(
        Page.position, Page.title, Page.id
    )
    return [(row[0], bool(row[1])) for row in db.session().execute(ordered.limit(MOST))]


def _branches(station: Page | None, pages: Sequence[tuple[Page, bool]]) -> list[Branch]:
    made = {page.id: Branch(page, movable) for page, movable in pages}
    top = station.id if station else None
    roots = []
    for branch in made.values():
        above = made.get(branch.page.parent_id or 0)
        if above is not None and above is not branch:
            above.children.append(branch)
            continue
        # Under a page that this reader does not see: its place is not theirs to change.
        branch.movable = branch.movable and branch.page.parent_id in (None, top)
        roots.append(branch)
    return roots
