"""Garbage collection of the file store: unused contents are deleted for good after some days.

Contents used by a page, a draft, a suggestion or the site are kept. Old revisions of entries lose the
deleted files.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import delete, select

from wiki.bazar.entries.suggestions import Suggestion
from wiki.bazar.values import uploads
from wiki.core import db, files, settings
from wiki.core.files import StoredFile
from wiki.pages.files import pending
from wiki.pages.files.text_extraction import FileText
from wiki.pages.images import thumbnails
from wiki.pages.models import Attachment, Draft

DAYS = 30
"""Default minimum days since a content was last uploaded or removed from a page."""
CHOICES = (30, 7, 1)
"""Days offered to admins; 1 helps after spam uploads."""
BATCH_SIZE = 200


def unused_contents(days: int = DAYS) -> list[StoredFile]:
    """Return the contents that have been unused for so many days."""
    before = db.utcnow() - timedelta(days=days)
    is_attached = Attachment.removed_at.is_(None) | (Attachment.removed_at >= before)
    query = select(StoredFile).where(
        StoredFile.sent_at < before,
        StoredFile.sha256.not_in(select(Attachment.sha256).where(is_attached)),
    )
    rows = list(db.session().scalars(query))
    used_sums = set(_sums_used_elsewhere()) if rows else set()
    return [row for row in rows if row.sha256 not in used_sums]


def delete_unused(days: int = DAYS) -> tuple[int, int]:
    """Delete unused contents for good; return their number and total bytes."""
    count = size = 0
    while sizes := _free_batch(days):
        count, size = count + len(sizes), size + sum(sizes)
    return count, size


def _free_batch(days: int) -> list[int]:
    """Delete a batch and return its sizes; select under the lock, since one may be uploaded again."""
    with db.write(quiet=True) as session:
        rows = unused_contents(days)[:BATCH_SIZE]
        for row in rows:
            files.drop(session, row)
            thumbnails.forget(row.sha256)
        sums = [row.sha256 for row in rows]
        session.execute(delete(FileText).where(FileText.sha256.in_(sums)))
        return [row.size for row in rows]


def _sums_used_elsewhere() -> Iterator[str]:
    """Yield the SHA-256 of contents used elsewhere than on pages."""
    yield str(settings.get("logo"))
    for content in db.session().scalars(select(Draft.content)):
        words = content.get("held") or []
        for word in [words] if isinstance(words, str) else words:
            if upload := pending.read(str(word)):
                yield str(upload["sha256"])
    for changes in db.session().scalars(select(Suggestion.changes)):
        yield from uploads.contents_named(changes)
