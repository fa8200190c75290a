"""External links: recorded at each save, checked by the worker one at a time at a slow rate.

Reading a page sends no request, and an admin must allow outbound requests for any check.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, ForeignKey, Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.core import db, jobs, markup, outbound, settings

JOB = "outside-links"
AGAIN = timedelta(days=30)
"""When an address that answers is looked at again."""
SOON = timedelta(days=1)
"""When one that does not is, at first."""
PAUSE = timedelta(seconds=2)
"""Between two addresses."""
SAME_HOST = timedelta(seconds=30)
"""Between two addresses of one site."""
GONE = (404, 410)
CLOSED = (401, 402, 403, 405, 406, 429, 451)
"""Answers of a site that is there, and does not let us in."""
MOST = 200
"""Addresses noted of one page."""
LONGEST = 1000
_HREF = re.compile(r'<a [^>]*?href="(https?://[^"]+)"')


class OutsideAddress(db.Base):
    """An address of another site and what it answered last; `problem` is "" when it is well."""

    __tablename__ = "outside_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    host: Mapped[str] = mapped_column(index=True)
    status: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")
    failures: Mapped[int] = mapped_column(default=0)
    checked_at: Mapped[datetime | None]
    next_at: Mapped[datetime] = mapped_column(index=True)


class OutsideLink(db.Base):
    """A page that links to an address of another site."""

    __tablename__ = "outside_link"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    address_id: Mapped[int] = mapped_column(
        ForeignKey("outside_address.id", ondelete="CASCADE"), primary_key=True, index=True
    )


def addresses_in(document: markup.Document) -> list[str]:
    """Return the addresses of other sites that a text links to, without what stands after `#`."""
    segments = list(document.segments)
    segments += [part for slot in document.macros if slot.body for part in slot.body.segments]
    found = (url for part in segments if isinstance(part, str) for url in _HREF.findall(part))
    urls = (unescape(url).partition("#")[0] for url in found)
    return [url for url in dict.fromkeys(urls) if len(url) <= LONGEST and _host(url)][:MOST]


def note(session: Session, page_id: int, urls: Collection[str]) -> None:
    """Keep which addresses a page links to, in the transaction of its save."""
    session.execute(delete(OutsideLink).where(OutsideLink.page_id == page_id))
    if not urls:
        return
    query = select(OutsideAddress.url, OutsideAddress.id).where(OutsideAddress.url.in_(urls))
    known = {row.url: row.id for row in session.execute(query)}
    made = [
        OutsideAddress(url=url, host=_host(url), next_at=db.utcnow())
        for url in urls
        if url not in known
    ]
    session.add_all(made)
    session.flush()
    keys = [*known.values(), *(one.id for one in made)]
    session.add_all(OutsideLink(page_id=page_id, address_id=key) for key in keys)
    session.flush()
    if made and settings.get("outside"):
        plan(session, db.utcnow())


def start(session: Session) -> None:
    """Have the addresses looked at: an admin has just allowed it."""
    if session.scalar(select(OutsideLink.page_id).limit(1)) is not None:
        plan(session, db.utcnow())


def plan(session: Session, when: datetime) -> None:
    """Have the next address looked at then, or before if it was to be sooner: there is one job at most."""
    waiting = (jobs.Job.kind == JOB, jobs.Job.leased_until.is_(None), jobs.Job.failed == "")
    if session.scalar(select(func.count()).where(*waiting)):
        later = update(jobs.Job).where(*waiting, jobs.Job.run_at > when).values(run_at=when)
        session.execute(later.execution_options(synchronize_session=False))
    else:
        jobs.enqueue(session, JOB, run_at=when)


def check_next() -> None:
    """Look at one address and plan the next: a job of the worker's."""
    if not settings.get("outside"):
        return
    now = db.utcnow()
    row = db.session().scalar(_due(now))
    if row is not None:
        status, problem = _asked(row.url)
        with db.write(quiet=True) as session:
            _keep(session.get_one(OutsideAddress, row.id), status, problem)
    with db.write(quiet=True) as session:
        _forget_unused(session)
        first = session.scalar(select(func.min(OutsideAddress.next_at)))
        if first is not None:
            plan(session, max(first, db.utcnow() + PAUSE))


def _due(now: datetime) -> Select[OutsideAddress]:
    """Return the query of the address whose turn it is: none of a site that was asked a moment ago."""
    used = select(OutsideLink.address_id)
    lately = select(OutsideAddress.host).where(OutsideAddress.checked_at > now - SAME_HOST)
    query = select(OutsideAddress).where(
        OutsideAddress.next_at <= now,
        OutsideAddress.id.in_(used),
        OutsideAddress.host.not_in(lately),
    )
    return query.order_by(OutsideAddress.next_at, OutsideAddress.id).limit(1)


def is_broken() -> ColumnElement[bool]:
    """Return the condition of an address that is gone, or that did not answer twice in a row."""
    twice = or_(OutsideAddress.status.in_(GONE), OutsideAddress.failures > 1)
    return and_(OutsideAddress.problem != "", twice)


def _asked(url: str) -> tuple[int, str]:
    """Return what an address answers, and what is wrong with it, "" when it is there."""
    try:
        status = outbound.probe(url)
    except OSError as error:
        return 0, (str(error) if isinstance(error, outbound.Refused) else type(error).__name__)[
            :200
        ]
    well = status < 400 or status in CLOSED
    return status, "" if well else f"answered {status}"


def _keep(row: OutsideAddress, status: int, problem: str) -> None:
    row.status, row.problem, row.checked_at = status, problem, db.utcnow()
    row.failures = row.failures + 1 if problem else 0
    wait = min(SOON * 2 ** min(row.failures - 1, 5), AGAIN) if problem else AGAIN
    row.next_at = db.utcnow() + wait


def _forget_unused(session: Session) -> None:
    used = select(OutsideLink.address_id)
    session.execute(
        delete(OutsideAddress)
        .where(OutsideAddress.id.not_in(used))
        .execution_options(synchronize_session=False)
    )


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "")[:253]
    except ValueError:
        return ""
