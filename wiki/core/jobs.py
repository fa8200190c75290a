"""Work that can wait: rows written in the transaction of the change, run by the worker.

A job is claimed by a lease, so that one killed with its worker is taken up again. What each kind of
job does is registered by its feature.
"""

from __future__ import annotations

import logging
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.core import db
from wiki.core.registry import registries

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
ATTEMPTS = 8


class Job(db.Base):
    """One thing to do, from `run_at` on; `failed` holds the last error once we gave up."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    run_at: Mapped[datetime] = mapped_column(index=True)
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failed: Mapped[str] = mapped_column(default="")


def enqueue(session: Session, kind: str, *, run_at: datetime | None = None, **payload: Any) -> None:
    """Write down a job in the transaction at work."""
    session.add(Job(kind=kind, payload=payload, run_at=run_at or db.utcnow()))
    db.after_commit(wake)


def wake() -> None:
    """Tell the worker that something waits; without a worker, nothing happens."""
    path = socket_path()
    if not path.exists():
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bell:
            bell.setblocking(False)
            bell.sendto(b"!", str(path))
    except OSError:
        log.debug("no worker listens at %s", path)


def socket_path() -> Path:
    """Return where the worker of this wiki listens."""
    instance: Path = current_app.config["GARE"].instance
    return instance / "worker.sock"


def run_due(*, slow: bool | None = None) -> int:
    """Run the jobs whose time has come, one transaction each; return how many ran.

    Only slow ones, or only others, when `slow` says so.
    """
    done = 0
    while (job := _claim(slow)) is not None:
        _run(job)
        done += 1
    return done


def _claim(slow: bool | None) -> Job | None:
    now = db.utcnow()
    free = or_(Job.leased_until.is_(None), Job.leased_until < now)
    waiting = select(Job).where(Job.failed == "", Job.run_at <= now, free)
    if slow is not None:
        is_slow = Job.kind.in_(sorted(registries().slow_jobs))
        waiting = waiting.where(is_slow if slow else ~is_slow)
    # Looked at from the read door first: an idle worker takes no lock.
    if db.session().scalar(select(waiting.exists())) is not True:
        return None
    soonest = waiting.order_by(Job.run_at, Job.id).limit(1)
    with db.write(quiet=True) as session:
        job = session.scalar(soonest)
        if job is not None:
            job.leased_until, job.attempts = now + LEASE, job.attempts + 1
    return job


def _run(job: Job) -> None:
    # Outside of a transaction: a slow mail server must not hold the lock. So a job may run twice.
    try:
        registries().jobs[job.kind](**job.payload)
        with db.write(quiet=True) as session:
            session.delete(session.get_one(Job, job.id))
    except Exception as error:
        log.exception("job %s (%s) failed, attempt %s", job.id, job.kind, job.attempts)
        with db.write(quiet=True) as session:
            _postpone(session.get_one(Job, job.id), error)


def _postpone(job: Job, error: Exception) -> None:
    job.leased_until = None
    job.run_at = db.utcnow() + timedelta(seconds=2**job.attempts * 15)
    if job.attempts >= ATTEMPTS:
        job.failed = f"{type(error).__name__}: {error}"[:500]
