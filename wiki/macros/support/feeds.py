"""Feeds that pages show: noted when a page is saved, fetched by the worker, kept when their site is away.

Nothing here runs while a page is read. Off unless an admin allows requests to the outside.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.core import db, jobs, outbound, settings
from wiki.macros.support.feed_parser import NotAFeed, read

log = logging.getLogger(__name__)

JOB = "feed"
EVERY = timedelta(hours=1)
LATEST = timedelta(days=1)
"""How long a feed whose site is away waits at most before it is asked again."""
ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8"


class Feed(db.Base):
    """A feed some page shows: what it said last. `next_at` names the one job that is to fetch it."""

    __tablename__ = "feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(default="")
    items: Mapped[list[Any]] = mapped_column(default=list)
    fetched_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")


class FeedUse(db.Base):
    """A page that shows a feed."""

    __tablename__ = "feed_use"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    feed_id: Mapped[int] = mapped_column(
        ForeignKey("feed.id", ondelete="CASCADE"), primary_key=True, index=True
    )


def note(session: Session, page_id: int, urls: Sequence[str]) -> None:
    """Keep which feeds a page shows, in the transaction of its save; a new one is fetched soon."""
    session.execute(delete(FeedUse).where(FeedUse.page_id == page_id))
    for url in dict.fromkeys(urls):
        feed = session.scalar(select(Feed).where(Feed.url == url))
        if feed is None:
            feed = Feed(url=url, items=[])
            session.add(feed)
            session.flush()
        session.add(FeedUse(page_id=page_id, feed_id=feed.id))
        if feed.next_at is None and settings.get("outside"):
            _plan(session, feed, db.utcnow())
    session.flush()


def start(session: Session) -> None:
    """Plan the fetch of every feed that pages show: an admin has just allowed it."""
    for feed in session.scalars(select(Feed).where(Feed.next_at.is_(None))):
        _plan(session, feed, db.utcnow())


def shown(urls: Sequence[str]) -> list[Feed]:
    """Return what is kept of some feeds."""
    return list(db.session().scalars(select(Feed).where(Feed.url.in_(urls))))


def refresh(*, feed: int, due: str) -> None:
    """Fetch a feed and plan the next time: a job of the worker's. Another plan, or no page, ends it."""
    row = db.session().get(Feed, feed)
    if row is None or row.next_at is None or row.next_at.isoformat() != due:
        return
    if not settings.get("outside"):
        with db.write(quiet=True) as session:
            session.get_one(Feed, feed).next_at = None
        return
    if db.session().scalar(select(FeedUse).where(FeedUse.feed_id == feed).limit(1)) is None:
        with db.write(quiet=True) as session:
            session.delete(session.get_one(Feed, feed))
        return
    _keep(feed, *_fetched(row.url))


def _fetched(url: str) -> tuple[str, list[dict[str, str]] | None, str]:
    """Return the title and entries of a feed, or None and what went wrong."""
    try:
        answer = outbound.fetch(url, accept=ACCEPT)
        title, items = read(answer.body, answer.url)
    except (OSError, NotAFeed) as error:
        log.info("feed not fetched: %s", type(error).__name__)
        problem = str(error) if isinstance(error, outbound.Refused) else type(error).__name__
        return "", None, problem[:200]
    return title, [asdict(item) for item in items], ""


def _keep(feed: int, title: str, items: list[dict[str, str]] | None, problem: str) -> None:
    """Keep what came; what was there stays when nothing did. Pages kept for readers only go when it changed."""
    row = db.session().get_one(Feed, feed)
    same = items is None or (items, title) == (row.items, row.title)
    now = db.utcnow()
    with db.write(quiet=same and not row.failures) as session:
        current = session.get_one(Feed, feed)
        current.problem, current.failures = problem, current.failures + 1 if problem else 0
        if items is not None:
            current.title, current.items, current.fetched_at = title, items, now
        wait = min(EVERY * 2 ** min(current.failures, 5), LATEST)
        _plan(session, current, now + wait)


def _plan(session: Session, feed: Feed, when: datetime) -> None:
    feed.next_at = when
    session.flush()
    jobs.enqueue(session, JOB, run_at=when, feed=feed.id, due=when.isoformat())
