"""Room made in the store of files: contents that nothing shows any more are deleted for good, once they have waited.

What a page, a draft, a suggestion or the site itself holds is kept. Former versions of entries lose files freed.
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
"""How long a content waits at least, from the last time it was sent, or since it was removed from a page."""
CHOICES = (30, 7, 1)
"""What the administration proposes: a robot may have filled a wiki yesterday."""
AT_ONCE = 200


def free_to_go(days: int = DAYS) -> list[StoredFile]:
    """Return the contents that nothing has shown for so many days."""
    before = db.utcnow() - timedelta(days=days)
    shown = Attachment.removed_at.is_(None) | (Attachment.removed_at >= before)
    query = select(StoredFile).where(
        StoredFile.sent_at < before,
        StoredFile.sha256.not_in(select(Attachment.sha256).where(shown)),
    )
    rows = list(db.session().scalars(query))
    kept = set(_spoken_for()) if rows else set()
    return [row for row in rows if row.sha256 not in kept]


def free(days: int = DAYS) -> tuple[int, int]:
    """Delete them for good; return how many, and how many bytes that makes."""
    count = size = 0
    while some := _free_some(days):
        count, size = count + len(some), size + sum(some)
    return count, size


def _free_some(days: int) -> list[int]:
    """Delete some of them, chosen under the lock since one may just have been sent again; return their sizes."""
    with db.write(quiet=True) as session:
        going = free_to_go(days)[:AT_ONCE]
        for row in going:
            files.drop(session, row)
            thumbnails.forget(row.sha256)
        sums = [row.sha256 for row in going]
        session.execute(delete(FileText).where(FileText.sha256.in_(sums)))
        return [row.size for row in going]


def _spoken_for() -> Iterator[str]:
    """Give the contents that are held elsewhere than on pages."""
    yield str(settings.get("logo"))
    for content in db.session().scalars(select(Draft.content)):
        words = content.get("held") or []
        for word in [words] if isinstance(words, str) else words:
            if found := pending.read(str(word)):
                yield str(found["sha256"])
    for changes in db.session().scalars(select(Suggestion.changes)):
        yield from uploads.contents_named(changes)
