"""Remove the comments and reactions that one person, or people without account, added since a moment.

Removed comments cannot be restored, so the screen lists each one first.
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
"""Maximum number of comments per rollback; a second rollback removes the next ones."""


@dataclass(frozen=True)
class PlannedComment:
    """A comment to remove, and its page."""

    comment: Comment
    page: Page


def plan(
    who: User | None, since: datetime, *, actor: Actor, but: Collection[int] = ()
) -> list[PlannedComment]:
    """Return at most MOST comments added since, replies before the comment they reply to.

    Leave out the pages `but`.
    """
    query = find.visible_pages(actor).join(Comment, Comment.page_id == Page.id)
    query = query.where(
        _by_author(who),
        Comment.created_at >= since,
        Comment.removed_at.is_(None),
        Page.talk != "none",
        Page.id.not_in(but),
    )
    # Newest first: a thread written by one person is then removed whole, without placeholders.
    rows = db.session().execute(query.add_columns(Comment).order_by(Comment.id.desc()).limit(MOST))
    return [PlannedComment(comment, page) for page, comment in rows]


def take_back(
    planned: Sequence[PlannedComment],
    *,
    actor: Actor,
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> int:
    """Remove comments and return their number; call `progress` in the transaction of each."""
    count = 0
    for place, one in enumerate(planned, 1):
        # Skip comments that were removed meanwhile or whose page is out of reach.
        with db.write():
            with suppress(comments.Refused, Gone):
                comments.remove(one.comment, actor=actor)
                count += 1
            progress(place, len(planned))
    return count


def count_reactions(who: User | None, since: datetime) -> int:
    """Return the number of reactions a person added since; people without account have none."""
    if who is None:
        return 0
    return db.session().scalar(select(func.count()).where(*_reactions_of(who, since))) or 0


def remove_reactions(who: User | None, since: datetime) -> int:
    """Remove the reactions a person added since; return their number."""
    if not (count := count_reactions(who, since)) or who is None:
        return 0
    with db.write() as session:
        session.execute(delete(Reaction).where(*_reactions_of(who, since)))
    return count


def _by_author(who: User | None) -> ColumnElement[bool]:
    """Match the comments of a person; imported comments have no account either, but an author name."""
    if who is None:
        return Comment.author_id.is_(None) & (Comment.author_name == "")
    return Comment.author_id == who.id


def _reactions_of(who: User, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return Reaction.user_id == who.id, Reaction.made_at >= since
