"""The text of files, by content: asked for when a file is laid, read by the worker, kept for search.

What is indexed of it, and for whom, is search's; how a file is read is `core/extraction`'s."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import Select, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.core import db, files, jobs
from wiki.core.extraction import reader
from wiki.core.search.index.queue import enqueue
from wiki.pages.models import Attachment, Page

JOB = "file_text"
ENDINGS = frozenset(
    {"pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx", "txt", "md", "markdown", "csv"}
)
"""Files whose text is read."""
ATTEMPTS = 3
"""How often a reading that was killed from outside is begun again."""
PAUSE = timedelta(seconds=30)
_AT_ONCE = 500


class FileText(db.Base):
    """The text of one content. `state`: waiting, read, empty (a scan, say), failed.

    `reason` says why it failed, or why not all was read (see `core/extraction/reader.py: Reading`).
    `pages` counts those of a PDF or slides, apart by form feeds in `text`; 0 for anything else.
    `characters` is the length of `text`, which is kept while the file is read again.
    """

    __tablename__ = "file_text"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="waiting", index=True)
    reason: Mapped[str] = mapped_column(default="")
    pages: Mapped[int] = mapped_column(default=0)
    characters: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    read_at: Mapped[datetime | None]
    text: Mapped[str] = mapped_column(default="", deferred=True)


def want(session: Session, rows: Iterable[Attachment]) -> None:
    """Have the text of these files read after this transaction, where it is not known yet."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    for sha256 in {row.sha256 for row in rows if is_readable(row.name)}:
        counts = {"pages": 0, "characters": 0, "attempts": 0}
        insert = dialect.insert(FileText).values(
            sha256=sha256, state="waiting", reason="", text="", **counts
        )
        made = insert.on_conflict_do_nothing().returning(FileText.sha256)
        if session.scalar(made) is not None:
            jobs.enqueue(session, JOB, sha256=sha256)


def is_readable(name: str) -> bool:
    """Return whether a file of this name may have text."""
    return name.rpartition(".")[2].lower() in ENDINGS


def want_missing() -> int:
    """Ask for the texts nobody asked for yet, as after an upgrade or an import; return how many."""
    known = select(FileText.sha256)
    missing = select(Attachment).where(
        Attachment.removed_at.is_(None), Attachment.sha256.not_in(known)
    )
    rows = [row for row in db.session().scalars(missing) if is_readable(row.name)]
    if rows:
        with db.write(quiet=True) as session:
            want(session, rows)
    return len(rows)


def again(sha256s: Collection[str]) -> int:
    """Have files read once more, of those that failed or were not read whole; return how many."""
    wanted = sorted(set(sha256s))
    done = 0
    with db.write(quiet=True) as session:
        for start in range(0, len(wanted), _AT_ONCE):
            some = FileText.sha256.in_(wanted[start : start + _AT_ONCE])
            rows = session.scalars(select(FileText).where(some, FileText.state != "waiting"))
            for row in rows.all():
                row.state, row.attempts = "waiting", 0
                jobs.enqueue(session, JOB, sha256=row.sha256)
                done += 1
    return done


def read_one(sha256: str) -> None:
    """Read one content and keep its text; the job of the worker."""
    with db.write(quiet=True) as session:
        row = session.get(FileText, sha256)
        if row is None or row.state != "waiting":
            return
        row.attempts += 1
        attempts = row.attempts
    # A reading that takes its worker with it, each time, must end too.
    found = reader.Reading("", "killed") if attempts > ATTEMPTS else _read(sha256)
    with db.write(quiet=True) as session:
        row = session.get_one(FileText, sha256)
        if found.reason == "stopped":
            row.attempts -= 1
        if found.reason == "stopped" or (found.reason == "killed" and attempts < ATTEMPTS):
            jobs.enqueue(session, JOB, run_at=db.utcnow() + PAUSE, sha256=sha256)
            return
        _keep(session, row, found)


def troubles(
    *, states: Collection[str] = ("failed", "empty", "read")
) -> Select[Attachment, Page, FileText]:
    """Return the query of the files whose text is not known whole, with page and text, newest first."""
    return (
        select(Attachment, Page, FileText)
        .join(Page, Page.id == Attachment.page_id)
        .join(FileText, FileText.sha256 == Attachment.sha256)
        .where(
            Attachment.removed_at.is_(None),
            Page.trashed_at.is_(None),
            FileText.state.in_(states),
            (FileText.state != "read") | (FileText.reason != ""),
        )
        .order_by(Attachment.id.desc())
    )


def states() -> dict[str, int]:
    """Count the contents of files in use by state; "partly" are the read ones that are not whole."""
    partly = (FileText.state == "read") & (FileText.reason != "")
    used = select(Attachment.sha256).where(Attachment.removed_at.is_(None))
    query = (
        select(FileText.state, partly, func.count())
        .where(FileText.sha256.in_(used))
        .group_by(FileText.state, partly)
    )
    rows = db.session().execute(query)
    return {"partly" if cut else state: count for state, cut, count in rows}


def _read(sha256: str) -> reader.Reading:
    config = current_app.config["GARE"]
    limits = reader.Limits(config.file_seconds, config.file_memory_mb, config.file_characters)
    try:
        return reader.read(files.path(sha256), limits)
    except FileNotFoundError:
        return reader.Reading("", "missing")


def _keep(session: Session, row: FileText, found: reader.Reading) -> None:
    plain = found.text.replace("\f", "").strip()
    row.state = "read" if plain else "failed" if found.reason else "empty"
    row.text, row.reason, row.read_at = found.text if plain else "", found.reason, db.utcnow()
    row.characters = len(row.text)
    row.pages = found.text.count("\f") + 1 if "\f" in found.text else 0
    laid = session.scalars(select(Attachment.id).where(Attachment.sha256 == row.sha256))
    enqueue(session, (), files=laid.all())
    db.after_commit(jobs.wake)
