"""Take back the files that one person, or those without account, laid on pages since a moment.

A file that took the place of another gives it back. What is taken off waits in the store as any removed file does.
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
"""Files taken off at once; the others come when it is asked again."""


@dataclass(frozen=True)
class Laid:
    """One file, the page it lies on, and the file of someone else whose place it took."""

    file: Attachment
    page: Page
    before: Attachment | None


def plan(
    who: User | None, since: datetime, *, actor: Actor, but: Collection[int] = ()
) -> list[Laid]:
    """Return the files laid since, at most MOST; none of the pages `but`."""
    query = find.visible_pages(actor).join(Attachment, Attachment.page_id == Page.id)
    query = query.where(
        _own(who),
        Attachment.created_at >= since,
        Attachment.field == "",
        Attachment.removed_at.is_(None),
        Page.id.not_in(but),
    )
    rows = db.session().execute(
        query.add_columns(Attachment).order_by(Page.name_key, Attachment.name).limit(MOST)
    )
    laid = [(page, file) for page, file in rows]
    past = _past([file for _page, file in laid])
    return [
        Laid(file, page, _before(file, past[file.page_id, file.name], who, since))
        for page, file in laid
    ]


def take_back(
    laid: Sequence[Laid],
    *,
    actor: Actor,
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> int:
    """Take files off, one at a time; return how many. `progress` is told in the transaction of each."""
    taken = 0
    for place, one in enumerate(laid, 1):
        # Someone was faster, or its page is out of reach: then it is left.
        with db.write():
            with suppress(Gone):
                attachments.withdraw(one.page, one.file, instead=one.before, actor=actor)
                taken += 1
            progress(place, len(laid))
    return taken


def _own(who: User | None) -> ColumnElement[bool]:
    """Return what tells the files of a person; the wiki itself has no account either, but a name."""
    if who is None:
        return Attachment.author_id.is_(None) & (Attachment.author_name == "")
    return Attachment.author_id == who.id


def _past(laid: Sequence[Attachment]) -> dict[tuple[int, str], list[Attachment]]:
    """Return what lay on these pages under these names, the last first."""
    found: dict[tuple[int, str], list[Attachment]] = defaultdict(list)
    query = select(Attachment).where(
        Attachment.page_id.in_({one.page_id for one in laid}),
        Attachment.name.in_({one.name for one in laid}),
        Attachment.field == "",
    )
    for row in db.session().scalars(query.order_by(Attachment.id.desc())):
        found[row.page_id, row.name].append(row)
    return found


def _before(
    file: Attachment, past: Iterable[Attachment], who: User | None, since: datetime
) -> Attachment | None:
    """Return the file of someone else that stood when the first of these came, if it is still in the store."""
    later = file
    for one in past:
        if one.id >= file.id:
            continue
        if one.removed_at is None or one.removed_at < later.created_at:
            return None
        if not _is_own(one, who) or one.created_at < since:
            return one if _is_kept(one) else None
        later = one
    return None


def _is_own(file: Attachment, who: User | None) -> bool:
    if who is None:
        return file.author_id is None and file.author_name == ""
    return file.author_id == who.id


def _is_kept(file: Attachment) -> bool:
    with suppress(files.NotThere):
        return bool(files.path(file.sha256))
    return False
