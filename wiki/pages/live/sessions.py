"""Live sessions: create the live document of a page, apply updates, and merge saved revisions into it.

All changes run in `db.write(quiet=True)`, as they do not affect readers.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wiki.core import db
from wiki.core.access import Actor
from wiki.core.markup.merge import merge
from wiki.pages.live import document, update_log
from wiki.pages.live.form_token import Token
from wiki.pages.live.models import LiveSession, LiveUpdate
from wiki.pages.models import Page, Revision

AT_ONCE = 500
"""Updates given in one answer; the next poll goes on."""


@dataclass(frozen=True)
class Known:
    """What an editor is told: updates after `since`, and the version that the document stands on."""

    epoch: str
    since: int
    base: int
    updates: tuple[bytes, ...]


@dataclass(frozen=True)
class Joined:
    """How an editor comes in: the document with its own text first, then all the rest.

    `rebased` is not empty when its text stood on an older version: it takes this one, and asks again.
    """

    known: Known | None = None
    mine: bytes = b""
    rebased: str | None = None
    base: int = 0


def known_since(page: Page, epoch: str, since: int, *, key: str) -> Known | None:
    """Return what came after `since`, without one's own; None when this document is gone.

    The version is read before the updates: they hold at least all that it promises.
    """
    row = of_page(page)
    if row is None or row.epoch != epoch:
        return None
    session = db.session()
    query = select(LiveUpdate.id, LiveUpdate.key, LiveUpdate.content).where(
        LiveUpdate.page_id == page.id, LiveUpdate.id > since
    )
    rows = session.execute(query.order_by(LiveUpdate.id).limit(AT_ONCE)).all()
    behind = since < row.floor
    updates = [one.content for one in rows if (behind or one.key != key) and one.content]
    if behind:
        origin = select(LiveSession.origin).where(LiveSession.page_id == page.id)
        updates.insert(0, session.scalar(origin) or b"")
    last = max([since, row.floor, *(one.id for one in rows)])
    # Whoever has more to come keeps the version it has until all of it is there.
    base = 0 if len(rows) == AT_ONCE else row.base
    return Known(row.epoch, last, base, tuple(updates))


def is_behind(page: Page) -> bool:
    """Return whether the page was saved since its document last took a version in."""
    row = of_page(page)
    return row is not None and row.base != page.revision_no


def append(
    session: Session, page: Page, epoch: str, update: bytes, *, author: Actor, key: str
) -> None:
    """Add what one typed, if this document still lives. Raises Full."""
    row = of_page(page)
    if row is None or row.epoch != epoch:
        return
    update_log.add(session, row, update, author=author, key=key)
    update_log.merge_old(session, row)


def join(
    session: Session,
    page: Page,
    text: str,
    *,
    base: int,
    token: Token | None,
    author: Actor,
    key: str,
) -> Joined:
    """Bring what stands in an editor into the document, as changes of what it was made from. Raises Full.

    What the same editor sent before is not taken for new, however often it asks.
    """
    row = of_page(page) or _begin(session, page)
    take_in(session, row, page)
    if token is not None and token.epoch == row.epoch:
        upto: int | None = token.upto
    else:
        upto = None
        if base != row.base:
            return _rebased(session, row, page, text, base)
    keys = {key, token.key} if token else {key}
    own = update_log.updates(session, row, keys=keys, after=row.floor if upto is None else upto)
    start = [row.state] if upto is None else update_log.up_to(session, row, upto)
    fork = document.Shared([*start, *own])
    added = fork.write(text, adding=bool(own))
    if added:
        update_log.add(session, row, added, author=author, key=key)
    rows = update_log.updates(session, row)
    last = session.scalar(select(func.max(LiveUpdate.id)).where(LiveUpdate.page_id == page.id))
    known = Known(row.epoch, max(last or 0, row.floor), row.base, (row.origin, *rows))
    return Joined(known, mine=fork.whole)


def take_in(session: Session, row: LiveSession, page: Page) -> None:
    """Bring what was saved since into the document: plain saves as changes of what they were made from."""
    head = session.scalar(select(Page.revision_no).where(Page.id == page.id)) or row.base
    if row.base == head:
        return
    live = {number: (upto, key) for number, upto, key in row.saves if number > row.base}
    for number in [*sorted(number for number in live if number < head), head]:
        _take_version(session, row, number, live.get(number))
    row.saves = []


def text_of(page: Page, said: Token | None = None) -> str | None:
    """Return the text of a page's document, now or as `said`; None when there is none, or another one."""
    row = of_page(page)
    if row is None or (said is not None and said.epoch != row.epoch):
        return None
    session = db.session()
    updates = [row.origin, *update_log.updates(session, row, upto=said.upto if said else None)]
    try:
        return document.Shared(updates).text
    except document.Broken:
        return None


def of_page(page: Page) -> LiveSession | None:
    """Return the row of a page's document, as it is now."""
    query = select(LiveSession).where(LiveSession.page_id == page.id)
    return db.session().scalar(query.execution_options(populate_existing=True))


def drop(session: Session, page_id: int) -> None:
    """Forget what was written together on a page."""
    session.execute(delete(LiveUpdate).where(LiveUpdate.page_id == page_id))
    session.execute(delete(LiveSession).where(LiveSession.page_id == page_id))


def _begin(session: Session, page: Page) -> LiveSession:
    query = select(Revision).join(Page, Page.id == Revision.page_id)
    head = session.scalars(
        query.where(Page.id == page.id, Revision.number == Page.revision_no)
    ).one()
    made = document.made_of(head.text)
    row = LiveSession(
        page_id=page.id,
        epoch=secrets.token_urlsafe(9),
        base=head.number,
        origin=made,
        state=made,
        saves=[],
        uncredited=[],
        floor=0,
        credited=0,
        size=len(made),
        updated_at=db.utcnow(),
    )
    session.add(row)
    session.flush()
    return row


def _take_version(
    session: Session, row: LiveSession, number: int, live: tuple[int, str] | None
) -> None:
    """Make the document, as the version was made from it, say what the version says."""
    start = [row.state]
    if live is not None:
        start = [
            row.state,
            *update_log.up_to(session, row, live[0]),
            *update_log.updates(session, row, saved=True),
        ]
    fork = document.Shared(start)
    one = (Revision.page_id == row.page_id, Revision.number == number)
    text, purged = session.execute(select(Revision.text, Revision.purged_at).where(*one)).one()
    if purged is None and (update := fork.write(text)):
        update_log.add(session, row, update, saved_no=number)
    row.state, row.base = fork.whole, number
    session.flush()


def _rebased(session: Session, row: LiveSession, page: Page, text: str, base: int) -> Joined:
    """Answer an editor whose text stands on another version: with the same change, made on this one."""
    wanted = (Revision.page_id == page.id, Revision.number.in_((base, row.base)))
    rows = session.execute(select(Revision.number, Revision.text).where(*wanted))
    texts = {one.number: one.text for one in rows}
    now = texts[row.base]
    old = texts.get(base, now)
    # By lines first, as any save: by words where that collides.
    merged = merge(old, text, now).text
    if merged is None:
        merged = document.brought_together(old, text, now)
    return Joined(rebased=merged, base=row.base)
