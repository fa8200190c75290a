"""What is done again and again: every so often, a job of its kind is queued, once for all workers.

Killed workers lose nothing: a turn is a row, moved on in the transaction that queues its job.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db, jobs
from wiki.core.registry import registries


class Periodic(db.Base):
    """When a kind of job is to be queued next."""

    __tablename__ = "periodic"

    kind: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]


def repeat(kind: str, work: Callable[[], None], *, every: timedelta) -> None:
    """Register a kind of job that comes again and again in the wiki at work."""
    registries().jobs[kind] = work
    registries().periodic[kind] = every


def enqueue_due() -> int:
    """Queue the jobs whose turn has come; return how many. Two workers never queue the same turn."""
    every = registries().periodic
    now = db.utcnow()
    known = {row.kind: row.next_at for row in db.session().scalars(select(Periodic))}
    due = [kind for kind in every if kind not in known or known[kind] <= now]
    return sum(_enqueue(kind, now) for kind in due)


def _enqueue(kind: str, now: datetime) -> bool:
    with db.write(quiet=True) as session:
        row = session.get(Periodic, kind)
        if row is not None and row.next_at > now:
            return False
        # A turn whose job still waits, or is tried again, is skipped.
        waits = session.scalar(
            select(jobs.Job.id).where(jobs.Job.kind == kind, jobs.Job.failed == "").limit(1)
        )
        session.merge(Periodic(kind=kind, next_at=now + registries().periodic[kind]))
        if waits is None:
            jobs.enqueue(session, kind)
        return waits is None
