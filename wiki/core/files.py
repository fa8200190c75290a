"""The store of files: by content, named by SHA-256, in the instance folder. Who may see them is not its business.

A row for each content says what it weighs: the host of a wiki may limit what they take together.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from flask import Flask, current_app, g
from flask_babel import gettext as _
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.core import db
from wiki.core.i18n import weight

NEAR = 0.8
"""The part of what is allowed from which on people are told."""
MB = 1_000_000
MAY_VANISH = 0.05
"""The part of the files, by count or bytes, that a new count may forget without being told to."""


class StoredFile(db.Base):
    """One content of the store: its size in bytes, and when it was last sent."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    sent_at: Mapped[datetime]


class NotThere(FileNotFoundError):
    """A content that the store does not hold, or not any more."""


class TooLarge(ValueError):
    """A file over the wiki's limit; the message holds the limit in MB."""


class NoRoom(OSError):
    """A file past what the host of this wiki allows. What minds a quota of the disk minds it too."""

    def __init__(self, room: Room, size: int) -> None:
        super().__init__(errno.EDQUOT, os.strerror(errno.EDQUOT))
        self.room, self.size = room, size

    @property
    def words(self) -> str:
        """What to tell the reader, in their language."""
        return _(
            "There is no room for this file of %(size)s: the files of this wiki take %(used)s of the %(allowed)s that"
            " its host allows. Text can still be saved.",
            size=weight(self.size),
            used=weight(self.room.used),
            allowed=weight(self.room.allowed),
        )


class StoreIncomplete(RuntimeError):
    """Contents that the database counts are not in the folder: not mounted, perhaps, or not the right one."""


@dataclass(frozen=True)
class Stored:
    """A file in the store: its SHA-256 in hexadecimal and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Room:
    """What the files take and may take, in bytes."""

    used: int
    allowed: int

    @property
    def is_near(self) -> bool:
        """Answer whether people should be told."""
        return self.used >= self.allowed * NEAR

    @property
    def is_full(self) -> bool:
        return self.used >= self.allowed


def put(stream: IO[bytes]) -> Stored:
    """Keep a stream's content and return where; the same content is kept once. Raises TooLarge, NoRoom."""
    fresh, stored = _written(stream)
    try:
        _shelve(fresh, stored)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return stored


@contextmanager
def together() -> Iterator[None]:
    """Keep the files of what is done in here all, or none that was not in the store before."""
    new: list[tuple[str, datetime]] = []
    g.files_new = new
    try:
        yield
    except BaseException:
        _forget(new)
        raise
    finally:
        g.pop("files_new", None)


def path(sha256: str) -> Path:
    """Return the path of a stored file. Raises NotThere."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256) or not _path(sha256).is_file():
        raise NotThere(sha256)
    return _path(sha256)


def room() -> Room | None:
    """Return what the files take and may take; None where the host sets no limit."""
    allowed = current_app.config["GARE"].max_files_mb * MB
    return Room(used(), allowed) if allowed else None


def used() -> int:
    """Return what the files take, in bytes."""
    return db.once("files.used", _used)


def drop(session: Session, row: StoredFile) -> None:
    """Take a content out of the store. Call it inside `db.write()`."""
    session.delete(row)
    session.flush()
    _path(row.sha256).unlink(missing_ok=True)


def check_whole() -> None:
    """Compare what the database counts with what lies in the folder. Raises StoreIncomplete.

    That is when more than one content is missing, or all of them, and they make more than 5 % by count or bytes.
    A database from before contents were counted passes.
    """
    if not inspect(db.session().connection()).has_table(StoredFile.__tablename__):
        return
    counted = db.session().execute(select(StoredFile.sha256, StoredFile.size))
    sizes = dict(counted.all())
    missing = [sha256 for sha256 in sizes if not _path(sha256).is_file()]
    count, total = len(missing), sum(sizes.values())
    lost = sum(sizes[sha256] for sha256 in missing)
    if (count > 1 or count == len(sizes)) and (
        count > len(sizes) * MAY_VANISH or lost > total * MAY_VANISH
    ):
        raise StoreIncomplete(
            f"{count} of {len(sizes)} files ({lost / MB:.1f} of {total / MB:.1f} MB) that the database counts are"
            f" not in {folder()}: is it the right folder, and mounted? Nothing was changed."
        )


def recount(*, forget_missing: bool = False) -> int:
    """Count again what lies in the store, as after an upgrade or by hand; return how many rows were wrong.

    Raises StoreIncomplete, having changed nothing, unless told to forget what is missing.
    """
    if not forget_missing:
        check_whole()
    now, wrong = db.utcnow(), 0
    with db.write(quiet=True) as session:
        # Under the lock: a file that comes meanwhile is in both or in none.
        found = {one.name: one.stat().st_size for one in folder().glob("??/*") if one.is_file()}
        rows = {row.sha256: row for row in session.scalars(select(StoredFile))}
        for sha256 in rows.keys() - found.keys():
            session.delete(rows[sha256])
            wrong += 1
        for sha256, size in found.items():
            if sha256 not in rows:
                session.add(StoredFile(sha256=sha256, size=size, sent_at=now))
                wrong += 1
            elif rows[sha256].size != size:
                rows[sha256].size = size
                wrong += 1
    return wrong


def folder() -> Path:
    """Return the folder of the store, made if need be."""
    found: Path = current_app.config["GARE"].instance / "files"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def init_app(app: Flask) -> None:
    """Let screens say what room is left."""
    app.jinja_env.globals["file_room"] = room


def _written(stream: IO[bytes]) -> tuple[Path, Stored]:
    """Write a stream beside the store. Raises TooLarge."""
    limit = current_app.config["GARE"].max_upload_mb * 1024 * 1024
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder(), prefix=".new-", delete=False) as target:
        try:
            while chunk := stream.read(256 * 1024):
                size += len(chunk)
                if size > limit:
                    raise TooLarge(str(current_app.config["GARE"].max_upload_mb))
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        except BaseException:
            Path(target.name).unlink()
            raise
    return Path(target.name), Stored(digest.hexdigest(), size)


def _shelve(fresh: Path, stored: Stored) -> None:
    """Put a file in its place, under the lock: two that come at once are counted one after the other."""
    # What the request has read, it goes on reading.
    with db.write(quiet=True, aside=True) as session:
        row, now = session.get(StoredFile, stored.sha256), db.utcnow()
        if row is None:
            _check_room(stored.size)
            session.add(StoredFile(sha256=stored.sha256, size=stored.size, sent_at=now))
            session.flush()
            if "files_new" in g:
                g.files_new.append((stored.sha256, now))
        else:
            row.sent_at = now
        place = _path(stored.sha256)
        place.parent.mkdir(exist_ok=True)
        fresh.replace(place)


def _check_room(size: int) -> None:
    allowed = current_app.config["GARE"].max_files_mb * MB
    if allowed and (taken := _used()) + size > allowed:
        raise NoRoom(Room(taken, allowed), size)


def _used() -> int:
    return int(db.session().scalar(select(func.sum(StoredFile.size))) or 0)


def _forget(new: list[tuple[str, datetime]]) -> None:
    """Take back what was just put, but for what someone else sent too meanwhile."""
    with suppress(db.Busy, SQLAlchemyError), db.write(quiet=True, aside=True) as session:
        for sha256, moment in new:
            row = session.get(StoredFile, sha256)
            if row is None:
                # Its row went with the transaction that failed.
                _path(sha256).unlink(missing_ok=True)
            elif row.sent_at == moment:
                drop(session, row)


def _path(sha256: str) -> Path:
    return folder() / sha256[:2] / sha256
