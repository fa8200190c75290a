"""Remove the attachments that one person, or people without account, added to pages since a moment.

If a file replaced another, the earlier one is restored. Removed files stay in the store like others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from wiki.accounts.models import User
from wiki.core import db, files
from wiki.core.access import Actor
from wiki.pages import find
from wiki.pages.files import attachments
from wiki.pages.models import Attachment, Page
from wiki.pages.save import Gone

MOST = 500
"""Maximum number of files per rollback; a second rollback removes the next ones."""


@dataclass(frozen=True)
class PlannedFile:
    """An attachment to remove, its page, and the file of someone else that it replaced."""

    file: Attachment
    page: Page
    before: Attachment | None


def plan(
    who: User | None, since: datetime, *, actor: Actor, but: Collection[int] = ()
) -> list[PlannedFile]:
    """Return at most MOST attachments added since, except on the pages `but`."""
    query = find.visible_pages(actor).join(Attachment, Attachment.page_id == Page.id)
    query = query.where(
        _by_author(who),
        Attachment.created_at >= since,
        Attachment.field == "",
        Attachment.removed_at.is_(None),
        Page.id.not_in(but),
    )
    rows = db.session().execute(
        query.add_columns(Attachment).order_by(Page.name_key, Attachment.name).limit(MOST)
    )
    attached = [(page, file) for page, file in rows]
    past_files = _past_files([file for _page, file in attached])
    return [
        PlannedFile(file, page, _before(file, past_files[file.page_id, file.name], who, since))
        for page, file in attached
    ]


def take_back(
    planned: Sequence[PlannedFile],
    *,
    actor: Actor,
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> int:
    """Remove files and return their number; call `progress` in the transaction of each."""
    count = 0
    for place, one in enumerate(planned, 1):
        # Skip files that were removed meanwhile or whose page is out of reach.
        with db.write():
            with suppress(Gone):
                attachments.withdraw(one.page, one.file, instead=one.before, actor=actor)
                count += 1
            progress(place, len(planned))
    return count


def _by_author(who: User | None) -> ColumnElement[bool]:
    """Match the files of a person; the wiki itself has no account either, but an author name."""
    if who is None:
        return Attachment.author_id.is_(None) & (Attachment.author_name == "")
    return Attachment.author_id == who.id


def _past_files(attached: Sequence[Attachment]) -> dict[tuple[int, str], list[Attachment]]:
    """Return all files ever attached to these pages under these names, newest first."""
    files_by_name: dict[tuple[int, str], list[Attachment]] = defaultdict(list)
    query = select(Attachment).where(
        Attachment.page_id.in_({one.page_id for one in attached}),
        Attachment.name.in_({one.name for one in attached}),
        Attachment.field == "",
    )
    for row in db.session().scalars(query.order_by(Attachment.id.desc())):
        files_by_name[row.page_id, row.name].append(row)
    return files_by_name


def _before(
    file: Attachment, past: Iterable[Attachment], who: User | None, since: datetime
) -> Attachment | None:
    """Return the file by someone else that this author replaced first, if it is still in the store."""
    later = file
    for one in past:
        if one.id >= file.id:
            continue
        if one.removed_at is None or one.removed_at < later.created_at:
            return None
        if not _is_own(one, who) or one.created_at < since:
            return one if _is_stored(one) else None
        later = one
    return None


def _is_own(file: Attachment, who: User | None) -> bool:
    if who is None:
        return file.author_id is None and file.author_name == ""
    return file.author_id == who.id


def _is_stored(file: Attachment) -> bool:
    with suppress(files.NotThere):
        return bool(files.path(file.sha256))
    return False
