"""Take back what one person, or those without account, wrote and put under pages since a moment: comments and signs.

Comments that are removed do not come back, as anywhere: the screen shows each one first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select

from wiki.accounts.models import User
from wiki.comments import comments
from wiki.comments.models import Reaction
from wiki.core import db
from wiki.core.access import Actor
from wiki.pages import find
from wiki.pages.comments import Comment
from wiki.pages.models import Page
from wiki.pages.save import Gone

MOST = 500
"""Comments taken back at once; the others come when it is asked again."""


@dataclass(frozen=True)
class Said:
    """One comment, and the page it is under."""

    comment: Comment
    page: Page


def plan(
    who: User | None, since: datetime, *, actor: Actor, but: Collection[int] = ()
) -> list[Said]:
    """Return the comments made since, at most MOST, answers before what they answer; none under the pages `but`."""
    query = find.visible_pages(actor).join(Comment, Comment.page_id == Page.id)
    query = query.where(
        _own(who),
        Comment.created_at >= since,
        Comment.removed_at.is_(None),
        Page.talk != "none",
        Page.id.not_in(but),
    )
    # The last first: a thread of one's own goes whole, and leaves no empty place.
    rows = db.session().execute(query.add_columns(Comment).order_by(Comment.id.desc()).limit(MOST))
    return [Said(comment, page) for page, comment in rows]


def take_back(
    said: Sequence[Said],
    *,
    actor: Actor,
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> int:
    """Remove comments, one at a time; return how many. `progress` is told in the transaction of each."""
    removed = 0
    for place, one in enumerate(said, 1):
        # Someone was faster, or its page is out of reach: then it is left.
        with db.write():
            with suppress(comments.Refused, Gone):
                comments.remove(one.comment, actor=actor)
                removed += 1
            progress(place, len(said))
    return removed


def signs(who: User | None, since: datetime) -> int:
    """Return how many signs a person put on comments since; without account there are none."""
    if who is None:
        return 0
    return db.session().scalar(select(func.count()).where(*_put(who, since))) or 0


def take_signs_back(who: User | None, since: datetime) -> int:
    """Take them off; return how many."""
    if not (count := signs(who, since)) or who is None:
        return 0
    with db.write() as session:
        session.execute(delete(Reaction).where(*_put(who, since)))
    return count


def _own(who: User | None) -> ColumnElement[bool]:
    """Return what tells the comments of a person; those that came with a project have no account either, but a name."""
    if who is None:
        return Comment.author_id.is_(None) & (Comment.author_name == "")
    return Comment.author_id == who.id


def _put(who: User, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return Reaction.user_id == who.id, Reaction.made_at >= since
