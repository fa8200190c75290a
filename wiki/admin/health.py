"""Health of the wiki: content counts, job queues, failed jobs, disk usage, last backup."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from flask import current_app
from sqlalchemy import Select, func, select

from wiki.accounts.models import User
from wiki.core import db
from wiki.core.jobs import Job
from wiki.core.search.index.queue import SearchQueue
from wiki.pages.models import Attachment, Page, Revision

PARTS = {"wiki.db": "database", "wiki.db-wal": "database", "wiki.db-shm": "database"}


@dataclass(frozen=True)
class Disk:
    """Bytes of the instance folder, by part (`database`, `files`, `search`, `backups`, `other`)."""

    total: int
    parts: dict[str, int]
    free: int


def counts() -> dict[str, int]:
    """Return the number of pages, entries, stations, revisions, files and people."""
    alive = Page.trashed_at.is_(None)
    queries = {
        "pages": select(func.count(Page.id)).where(alive, Page.kind == "text"),
        "entries": select(func.count(Page.id)).where(alive, Page.kind == "entry"),
        "stations": select(func.count(Page.id)).where(alive, Page.kind == "station"),
        "revisions": select(func.count(Revision.id)),
        "files": select(func.count(Attachment.id)).where(Attachment.removed_at.is_(None)),
        "people": select(func.count(User.id)).where(User.disabled.is_(False)),
    }
    return {name: _number(query) for name, query in queries.items()}


def queues() -> dict[str, int]:
    """Return the numbers of waiting jobs, failed jobs and pages to index."""
    return {
        "waiting": _number(select(func.count(Job.id)).where(Job.failed == "")),
        "failed": _number(select(func.count(Job.id)).where(Job.failed != "")),
        "search": _number(select(func.count()).select_from(SearchQueue)),
    }


def failed_jobs(*, offset: int, limit: int) -> list[Job]:
    """Return the jobs that failed for good, newest first."""
    query = select(Job).where(Job.failed != "").order_by(Job.id.desc())
    return list(db.session().scalars(query.offset(offset).limit(limit)))


def disk() -> Disk:
    """Measure the instance folder, in bytes."""
    instance: Path = current_app.config["GARE"].instance
    parts: dict[str, int] = {}
    for folder, _folders, names in os.walk(instance):
        for name in names:
            path = Path(folder) / name
            part = _part(path.relative_to(instance))
            parts[part] = parts.get(part, 0) + _size(path)
    stat = os.statvfs(instance)
    largest_first = dict(sorted(parts.items(), key=lambda pair: -pair[1]))
    return Disk(sum(parts.values()), largest_first, stat.f_bavail * stat.f_frsize)


def last_backup() -> datetime | None:
    """Return the date of the newest archive in the instance's `backups` folder."""
    folder: Path = current_app.config["GARE"].instance / "backups"
    times = [path.stat().st_mtime for path in folder.glob("*") if path.is_file()]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def version() -> str:
    """Return the running version of Gare, empty if it is not installed as a package."""
    try:
        return metadata.version("gare")
    except metadata.PackageNotFoundError:
        return ""


def _number(query: Select[int]) -> int:
    return db.session().scalar(query) or 0


def _part(path: Path) -> str:
    if len(path.parts) == 1:
        return PARTS.get(path.name, "other")
    return path.parts[0] if path.parts[0] in {"files", "search", "backups"} else "other"


def _size(path: Path) -> int:
    # The file may be deleted between listing and measuring.
    try:
        return path.lstat().st_size
    except FileNotFoundError:
        return 0
