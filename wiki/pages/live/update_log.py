"""The update log of a live document: updates are appended, and old ones compacted into its origin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wiki.core import db
from wiki.core.access import Actor
from wiki.pages.live import document
from wiki.pages.live.models import LiveSession, LiveUpdate

LONG = 400
"""Updates beyond which the old ones are merged into one."""
SETTLED = timedelta(minutes=1)
"""How old an update is before it may be merged: no editor at work is still behind it."""
ROOM = 8
"""A document takes at most so many times the size of a page, with all that was typed and erased in it."""


class Full(Exception):
    """The document holds too much: it begins anew once it is saved and everyone has left."""


def add(
    session: Session,
    row: LiveSession,
    update: bytes,
    *,
    author: Actor | None = None,
    key: str = "",
    saved_no: int = 0,
) -> None:
    """Lay an update in the log. What was saved always has room."""
    most = current_app.config["GARE"].max_page_kb * 1024 * ROOM
    if not saved_no and row.size + len(update) > most:
        raise Full
    now = db.utcnow()
    session.add(
        LiveUpdate(
            page_id=row.page_id,
            key=key,
            user_id=author.id if author else None,
            author_name=author.display_name if author else "",
            saved_no=saved_no,
            content=update,
            at=now,
        )
    )
    row.size, row.updated_at = row.size + len(update), now
    session.flush()


def updates(
    session: Session,
    row: LiveSession,
    *,
    upto: int | None = None,
    after: int = 0,
    keys: set[str] | None = None,
    saved: bool = False,
) -> Sequence[bytes]:
    """Return updates of the log in order, of those asked for."""
    query = select(LiveUpdate.content).where(
        LiveUpdate.page_id == row.page_id, LiveUpdate.id > after
    )
    if upto is not None:
        query = query.where(LiveUpdate.id <= upto)
    if keys is not None:
        query = query.where(LiveUpdate.key.in_(keys))
    if saved:
        query = query.where(LiveUpdate.saved_no > 0)
    return session.scalars(query.order_by(LiveUpdate.id)).all()


def up_to(session: Session, row: LiveSession, upto: int) -> list[bytes]:
    """Return what makes the document as of an update."""
    return [row.origin, *updates(session, row, upto=upto)]


def merge_old(session: Session, row: LiveSession) -> None:
    """Merge old updates into the document's beginning once the log is long."""
    mine = LiveUpdate.page_id == row.page_id
    count = session.scalar(select(func.count()).select_from(LiveUpdate).where(mine)) or 0
    if count < LONG or row.saves:
        return
    old = (mine, LiveUpdate.at < db.utcnow() - SETTLED)
    last = session.scalar(select(func.max(LiveUpdate.id)).where(*old))
    if last is None:
        return
    signed = (mine, LiveUpdate.id <= last, LiveUpdate.id > row.credited, LiveUpdate.saved_no == 0)
    names = session.execute(
        select(LiveUpdate.user_id, LiveUpdate.author_name).where(*signed).distinct()
    )
    row.uncredited = [*row.uncredited, *([one.user_id, one.author_name] for one in names)]
    row.origin = document.Shared(up_to(session, row, last)).whole
    row.floor = last
    session.execute(delete(LiveUpdate).where(mine, LiveUpdate.id <= last))
    left = session.scalar(select(func.sum(func.length(LiveUpdate.content))).where(mine)) or 0
    row.size = len(row.origin) + left
    session.flush()
