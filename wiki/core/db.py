"""The database: typed base class, engines, and the two doors every feature goes through.

`session()` reads; `with write() as session:` writes, under the lock from its first statement. What
the rows mean is each feature's business.
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from flask import current_app, g
from sqlalchemy import JSON, DateTime, Engine, MetaData, create_engine, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

T = TypeVar("T")

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


WRITERS = 4_715_207_110_117_102
"""The number of the advisory lock of the one who writes, on PostgreSQL."""


class Busy(RuntimeError):
    """The database stayed locked by others longer than we wait; nothing was written."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime, stored without zone so that SQLite and PostgreSQL order it alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Base(DeclarativeBase):
    """Base of every model: constraint names for Alembic, UTC datetimes, JSON."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
        list[Any]: JSON().with_variant(JSONB(), "postgresql"),
    }


class Generation(Base):
    """A counter that a change moves in its own transaction, so that caches know they are old."""

    __tablename__ = "generation"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(default=0)


class Database:
    """The engines of one wiki: one to read, one to write."""

    def __init__(self, url: str, lock_seconds: float) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self.queue = WritingQueue(url, lock_seconds) if self.is_sqlite else None
        if self.is_sqlite:
            self.reader = _sqlite_engine(url, lock_seconds, read_only=True)
            self.writer = _sqlite_engine(url, lock_seconds, read_only=False)
        else:
            self.writer = create_engine(
                url,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args={"options": f"-c lock_timeout={int(lock_seconds * 1000)}"},
            )
            self.reader = self.writer.execution_options(postgresql_readonly=True)

    def lock(self, writing: Session) -> None:
        """Begin the transaction of one who writes, once those before have ended theirs.

        Writers stand in line on both databases: what is read before it is written (a draft, a number of a
        sequence) cannot change in between, and what holds on SQLite holds on PostgreSQL.
        """
        writing.connection()
        if not self.is_sqlite:
            writing.execute(text("SELECT pg_advisory_xact_lock(:writers)"), {"writers": WRITERS})

    def dispose(self) -> None:
        """Close every connection."""
        self.reader.dispose()
        self.writer.dispose()
        if self.queue is not None:
            self.queue.close()


class WritingQueue:
    """Where those who want to write one SQLite file stand in line, threads and processes alike.

    SQLite itself lets in whoever asks at the right moment: among eight writers, one could wait for ever.
    """

    def __init__(self, url: str, lock_seconds: float) -> None:
        self.lock_seconds = lock_seconds
        self._threads = Lock()
        self._processes = Path(  # noqa: SIM115 - open for as long as the database is
            url.removeprefix("sqlite:///") + "-queue"
        ).open("a")

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn. Raises Busy when it came too late to be of use."""
        began = monotonic()
        if not self._threads.acquire(timeout=self.lock_seconds):
            raise Busy("the writers before took too long")
        try:
            fcntl.flock(self._processes, fcntl.LOCK_EX)
            try:
                if monotonic() - began > self.lock_seconds:
                    raise Busy("the writers before took too long")
                yield
            finally:
                fcntl.flock(self._processes, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def close(self) -> None:
        """Close the lock's file."""
        self._processes.close()


def utcnow() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def database() -> Database:
    """Return the database of the wiki at work."""
    found: Database = current_app.extensions["gare.db"]
    return found


def session() -> Session:
    """Return the session to read with; inside `write()` it is the one that writes."""
    if "db_write" in g:
        writing: Session = g.db_write
        return writing
    if "db_read" not in g:
        g.db_read = Session(database().reader, autoflush=False)
    reading: Session = g.db_read
    return reading


def once(key: Hashable, ask: Callable[[], T]) -> T:
    """Return what `ask` finds, asked once a reading: it ends with the request, or with a write."""
    if "db_write" in g:
        return ask()
    kept = session().info
    if key not in kept:
        kept[key] = ask()
    found: T = kept[key]
    return found


@contextmanager
def write(*, quiet: bool = False, aside: bool = False) -> Iterator[Session]:
    """Open the door to write: one transaction, locked from its start, committed at the end.

    A nested call joins the outer one. `quiet` is for what no reader sees (drafts, sessions, jobs):
    it leaves cached pages valid. `aside` leaves whole what is being read, which then knows nothing of
    the change. Raises Busy when the lock cannot be had in time.
    """
    if "db_write" in g:
        yield g.db_write
        return
    if not aside:
        _close_read()
    # Rows stay readable after the commit, so that an answer can be made from what was saved.
    queue = database().queue
    with (
        queue.turn() if queue else nullcontext(),
        Session(database().writer, expire_on_commit=False) as writing,
    ):
        g.db_write = writing
        try:
            with _busy_if_locked():
                database().lock(writing)
            yield writing
            if not quiet:
                bump(writing, "data")
            with _busy_if_locked():
                writing.commit()
        finally:
            g.pop("db_write", None)
    for action in writing.info.get("after_commit", []):
        action()


def after_commit(action: Callable[[], object]) -> None:
    """Run this once the transaction at work is committed, never if it fails."""
    session().info.setdefault("after_commit", []).append(action)


def bump(writing: Session, name: str) -> None:
    """Move a generation forward, in the transaction at work."""
    moved = writing.execute(
        text("UPDATE generation SET value = value + 1 WHERE name = :name"), {"name": name}
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        writing.execute(
            text("INSERT INTO generation (name, value) VALUES (:name, 1)"), {"name": name}
        )


def generation(name: str) -> int:
    """Return where a generation stands; 0 when it never moved."""
    return (
        session().scalar(text("SELECT value FROM generation WHERE name = :name"), {"name": name})
        or 0
    )


def init_app(app: Any, url: str, lock_seconds: float) -> None:
    """Give the application its database and close sessions with each request."""
    app.extensions["gare.db"] = Database(url, lock_seconds)
    app.teardown_appcontext(lambda _error: _close_read())


def _close_read() -> None:
    reading: Session | None = g.pop("db_read", None)
    if reading is not None:
        reading.close()


@contextmanager
def _busy_if_locked() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if "locked" in str(error.orig) or "lock timeout" in str(error.orig):
            raise Busy(str(error.orig)) from error
        raise


def _sqlite_engine(url: str, lock_seconds: float, *, read_only: bool) -> Engine:
    # What a statement bears (texts, addresses, hashes) is for no log, when it fails.
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": lock_seconds})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        # The driver would begin transactions by itself, and late: we say when, below.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
