"""Mentions in comments, and their notification by mail, if the person may still read the comment."""

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
MAX_PEOPLE = 10
"""Maximum number of people notified per comment."""


def names_in(text: str) -> list[str]:
    """Return the keys of the names that a text mentions with `@`."""
    return list(dict.fromkeys(key_of(name) for name in MENTION.findall(text)))


def key_of(name: str) -> str:
    """Return the key of a name as typed, without punctuation at its end."""
    return fold(name.rstrip(".'’-"))


def people_in(text: str) -> list[User]:
    """Return the people that a text mentions."""
    keys = names_in(text)[: 3 * MAX_PEOPLE]
    if not keys:
        return []
    rows = db.session().scalars(select(User).where(User.name_key.in_(keys)).order_by(User.id))
    return [user for user in rows if not user.disabled][:MAX_PEOPLE]


def notify(session: Session, comment: Comment, mentioned: list[User], *, but: Actor) -> None:
    """Queue a mail to each person mentioned, except the author `but`."""
    for person in mentioned:
        if person.id != but.id:
            jobs.enqueue(
                session,
                JOB,
                comment_id=comment.id,
                user_id=person.id,
                message_id=mail.message_id(),
            )


def deliver(*, comment_id: int, user_id: int, message_id: str) -> None:
    """Mail a person who is mentioned, if they want it and the comment exists and is readable to them."""
    user, comment = db.session().get(User, user_id), db.session().get(Comment, comment_id)
    if user is None or user.disabled or comment is None or not _wants_mentions(user):
        return
    page = find.page_by_id(comment.page_id, actor=people.actor_of(user))
    is_still_mentioned = user.name_key in names_in(comment.text)
    if page is None or page.talk == "none" or not is_still_mentioned:
        return
    mails.send_mention(user, comment, page, message_id=message_id)


def _wants_mentions(user: User) -> bool:
    opt_out = select(Follow.id).where(
        Follow.user_id == user.id, Follow.kind == "mentions", Follow.rhythm == "never"
    )
    return db.session().scalar(opt_out) is None
