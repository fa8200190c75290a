"""Where a page stands in the tree: under another one, among its sisters, in that one's project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from wiki.core import db
from wiki.core.access import Actor, allows
from wiki.core.http import Invalid
from wiki.core.search.index.queue import enqueue
from wiki.pages import events, find, rights
from wiki.pages.models import Page
from wiki.pages.save import Gone

DEEPEST = 40
"""How many levels a tree may have."""


def put(page: Page, *, under: Page | None, at: int | None, actor: Actor) -> tuple[int | None, int]:
    """Stand a page under another one (None: at the root of the wiki), at a place among its sisters.

    `at` None puts it last. Returns where it stood: the page above it and its place. Raises Invalid, Gone.
    """
    with db.write() as session:
        current = find.reload(page, actor=actor)
        if current is None or "write" not in current.allowed:
            raise Gone(page.name)
        before = (current.parent_id, _place(session, current))
        _check(session, current, under, actor)
        if current.project_id != (under.project_id if under else None):
            _change_project(session, current, under, actor)
        current.parent_id = page.parent_id = under.id if under else None
        session.flush()
        _line_up(session, current, under, at)
        events.log(session, current, "moved", actor=actor)
        enqueue(session, [current.id])
        return before


def sisters(under: Page | None) -> ColumnElement[bool]:
    """Return the condition of the pages that stand right under a page, or at the root of the wiki."""
    if under is None:
        return Page.parent_id.is_(None) & Page.project_id.is_(None) & (Page.kind == "text")
    if under.kind != "station":
        return Page.parent_id == under.id
    # What of a project has no page above it stands under its station.
    top = or_(Page.parent_id == under.id, Page.parent_id.is_(None))
    return (Page.project_id == under.project_id) & top & (Page.kind == "text")


def rank(under: Page | None, other: int, *, without: Page) -> int:
    """Return the place of a page among those under another one, `without` left out; past them when it is not one."""
    ids = [row.id for row in _rows(db.session(), under) if row.id != without.id]
    return ids.index(other) if other in ids else len(ids)


def station_of(project_id: int | None, *, actor: Actor) -> Page | None:
    """Return the station of a project, if the actor may see it."""
    if project_id is None:
        return None
    query = find.visible_pages(actor).where(Page.project_id == project_id, Page.kind == "station")
    return db.session().scalar(query.limit(1))


def _check(session: Session, page: Page, under: Page | None, actor: Actor) -> None:
    """Refuse a place that a page cannot have. Raises Invalid."""
    if page.kind != "text":
        raise Invalid(parent=_("Only pages of text stand in the tree."))
    above = under.id if under else None
    if above == page.parent_id and (under or page.project_id is None):
        return
    if under is None:
        if not rights.may_create(actor):
            raise Invalid(parent=_("You may not put a page at the root of the wiki."))
        return
    may_write = select(Page.id).where(Page.id == under.id, allows(actor, "write", Page))
    if under.kind == "entry" or session.scalar(may_write) is None:
        raise Invalid(parent=_("You may not put a page under this one."))
    if under.id in below(session, [page.id]):
        raise Invalid(parent=_("A page cannot stand under itself."))


def below(session: Session, ids: Iterable[int]) -> set[int]:
    """Return some pages and all those under them, whoever may see them: one query a level."""
    level = set(ids)
    found: set[int] = set()
    while level and len(found) < 100_000:
        found |= level
        under = session.scalars(select(Page.id).where(Page.parent_id.in_(level)))
        level = set(under) - found
    return found


def _change_project(session: Session, page: Page, under: Page | None, actor: Actor) -> None:
    """Bring a page and all those under it into another project: who may see them changes with it."""
    ids = below(session, [page.id])
    query = select(func.count()).where(Page.id.in_(ids), Page.owner_id == actor.id)
    if not actor.is_admin and session.scalar(query) != len(ids):
        raise Invalid(
            parent=_(
                "To another project, only an admin moves pages that are not all yours, "
                "those under it included."
            )
        )
    room = {
        "project_id": under.project_id if under else None,
        "membrane_id": under.membrane_id if under else None,
    }
    session.execute(update(Page).where(Page.id.in_(ids)).values(**room))
    session.refresh(page, ["project_id", "membrane_id"])
    db.bump(session, "rights")
    enqueue(session, sorted(ids))


def _place(session: Session, page: Page) -> int:
    under = session.get(Page, page.parent_id) if page.parent_id else _top(session, page)
    ids = [row.id for row in _rows(session, under)]
    return ids.index(page.id) if page.id in ids else 0


def _top(session: Session, page: Page) -> Page | None:
    wanted = select(Page).where(Page.project_id == page.project_id, Page.kind == "station")
    return session.scalar(wanted.limit(1)) if page.project_id else None


def _rows(session: Session, under: Page | None) -> Sequence[Any]:
    """Return the sisters' identifiers and positions in their order, those nobody sees included."""
    query = select(Page.id, Page.position).where(sisters(under), Page.trashed_at.is_(None))
    return session.execute(query.order_by(Page.position, Page.title, Page.id)).all()


def _line_up(session: Session, page: Page, under: Page | None, at: int | None) -> None:
    if at is None:
        # Beside the last one: where nobody has ordered anything, titles still do.
        others = select(func.max(Page.position)).where(sisters(under), Page.id != page.id)
        page.position = session.scalar(others) or 0
        session.flush()
        return
    held = {row.id: row.position for row in _rows(session, under)}
    ids = [one for one in held if one != page.id]
    ids.insert(max(0, at), page.id)
    changed = [
        {"id": one, "position": place} for place, one in enumerate(ids, 1) if held.get(one) != place
    ]
    if changed:
        session.execute(update(Page), changed)
