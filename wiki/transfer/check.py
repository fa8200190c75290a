"""Look whether a wiki is well: what `gare check` and the admin's dashboard say."""

from __future__ import annotations

import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select, text

from wiki.core import db, files, jobs, schema
from wiki.core.search.index import progress
from wiki.core.search.index.queue import SearchQueue
from wiki.pages.files import text_extraction
from wiki.pages.models import Attachment, Page
from wiki.search import index
from wiki.search.indexing.documents import has_index

LEAST_FREE = 200 * 1024 * 1024
"""Bytes of free disk under which saves may soon fail."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    about: str
    ok: bool
    says: str


def diagnose() -> list[Finding]:
    """Look at the wiki at work; changes nothing."""
    return [
        _database(),
        _schema(),
        _files(),
        _room(),
        _search(),
        _texts(),
        _jobs(),
        _worker(),
        _disk(),
        _secret(),
    ]


def _database() -> Finding:
    if not db.database().is_sqlite:
        version = db.session().scalar(text("SHOW server_version"))
        return Finding("database", True, f"PostgreSQL {version}")
    said = db.session().scalar(text("PRAGMA quick_check"))
    return Finding("database", said == "ok", f"SQLite: {said}")


def _schema() -> Finding:
    current, wanted = schema.current(), schema.wanted()
    return Finding("schema", current == wanted, f"at {current}, code wants {wanted}")


def _files() -> Finding:
    folder: Path = current_app.config["GARE"].instance / "files"
    sums = (
        db.session()
        .scalars(select(Attachment.sha256).where(Attachment.removed_at.is_(None)).distinct())
        .all()
    )
    lost = [digest for digest in sums if not (folder / digest[:2] / digest).is_file()]
    return Finding(
        "files", not lost, f"{len(sums)} in use" + (f", {len(lost)} missing" if lost else "")
    )


def _room() -> Finding:
    room = files.room()
    if room is None:
        return Finding("room of files", True, f"{files.used() / files.MB:.1f} MB, no limit")
    says = f"{room.used / files.MB:.1f} MB of the {room.allowed / files.MB:.0f} MB allowed"
    advice = "; gare files free makes some" if room.is_near else ""
    return Finding("room of files", not room.is_full, says + advice)


def _search() -> Finding:
    waiting = db.session().scalar(select(func.count()).select_from(SearchQueue)) or 0
    pages = db.session().scalar(
        select(func.count()).select_from(Page).where(Page.trashed_at.is_(None))
    )
    engine = index.engine()
    says = f"{engine.name}, {pages} pages, {waiting} waiting"
    if not has_index(engine):
        building = progress.read(engine.folder)
        done = (
            f"{building[0]} of {building[1]} pages in" if building else "the worker will build it"
        )
        says += f"; no index yet, titles alone are searched: {done}"
    return Finding("search", waiting < 1000, says)


def _texts() -> Finding:
    counts = text_extraction.states()
    names = {"read": "read", "partly": "in part", "waiting": "waiting", "empty": "without text"}
    told = [f"{counts[name]} {said}" for name, said in names.items() if counts.get(name)]
    if counts.get("failed"):
        told.append(f"{counts['failed']} not read (gare files list)")
    return Finding("text of files", True, ", ".join(told) or "none")


def _jobs() -> Finding:
    failed = db.session().scalar(select(func.count()).where(jobs.Job.failed != "")) or 0
    return Finding("jobs", not failed, f"{failed} given up")


def _worker() -> Finding:
    path = jobs.socket_path()
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bell:
            bell.connect(str(path))
        return Finding("worker", True, "answers")
    except OSError:
        return Finding("worker", True, "not running now (gare serve starts one)")


def _disk() -> Finding:
    free = shutil.disk_usage(current_app.instance_path).free
    return Finding("disk", free > LEAST_FREE, f"{free // 1024**2} MB free")


def _secret() -> Finding:
    path = Path(current_app.instance_path) / "secret_key"
    mode = path.stat().st_mode & 0o077
    return Finding(
        "secret key", mode == 0, "only its owner reads it" if not mode else "others can read it"
    )
