"""Who is named in a comment, and the mail that tells them, if they may still read it when it leaves."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.core import db, jobs, mail
from wiki.core.access import Actor
from wiki.core.names import fold
from wiki.pages import find
from wiki.pages.comments import Comment
from wiki.subscriptions import mails
from wiki.subscriptions.models import Follow

JOB = "mention"
MENTION = re.compile(r"(?<![\w@/.])@([\w][\w.'’-]{1,60})")
MOST = 10
"""People one comment may call by mail."""


def names_in(text: str) -> list[str]:
    """Return the keys of the names that a text calls with `@`."""
    return list(dict.fromkeys(key_of(found) for found in MENTION.findall(text)))


def key_of(name: str) -> str:
    """Return the key of a name as typed: a full stop ends a sentence, not a name."""
    return fold(name.rstrip(".'’-"))


def people_in(text: str) -> list[User]:
    """Return the people that a text names."""
    keys = names_in(text)[: 3 * MOST]
    if not keys:
        return []
    rows = db.session().scalars(select(User).where(User.name_key.in_(keys)).order_by(User.id))
    return [user for user in rows if not user.disabled][:MOST]


def tell(session: Session, comment: Comment, named: list[User], *, but: Actor) -> None:
    """Queue a mail for each person named; the author is not told."""
    for person in named:
        if person.id != but.id:
            jobs.enqueue(
                session,
                JOB,
                comment_id=comment.id,
                user_id=person.id,
                message_id=mail.message_id(),
            )


def deliver(*, comment_id: int, user_id: int, message_id: str) -> None:
    """Tell someone they are named, unless they may not read it, do not want it, or it is gone."""
    user, comment = db.session().get(User, user_id), db.session().get(Comment, comment_id)
    if user is None or user.disabled or comment is None or not _wants(user):
        return
    page = find.page_by_id(comment.page_id, actor=people.actor_of(user))
    still_named = user.name_key in names_in(comment.text)
    if page is None or page.talk == "none" or not still_named:
        return
    mails.send_mention(user, comment, page, message_id=message_id)


def _wants(user: User) -> bool:
    never = select(Follow.id).where(
        Follow.user_id == user.id, Follow.kind == "mentions", Follow.rhythm == "never"
    )
    return db.session().scalar(never) is None
