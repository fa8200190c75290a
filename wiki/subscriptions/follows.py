"""Follows (subscriptions) of people and of confirmed e-mail addresses: start, change, end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from wiki.accounts.people import email_key
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.subscriptions.models import Follow
from wiki.subscriptions.targets import KINDS, Target

RHYTHMS = ("now", "daily", "weekly")
SWITCHES = {
    "mentions": _l("When a comment names me"),
    "minutes": _l("The minutes of meetings I said I would come to"),
    "gardening": _l("Once a week, three things to do for the stations I look after"),
    "mandates": _l("When a mandate of mine, or of my projects, comes to its end"),
}
"""Automatic mails, on by default, with their labels."""
MAX_FOLLOWS = 300
"""Maximum number of follows per person."""


@dataclass(frozen=True)
class Followed:
    """A follow with its target, None if the person may no longer see it."""

    row: Follow
    target: Target | None


def follow(target: Target, rhythm: str, *, actor: Actor) -> Follow:
    """Follow a target, or change the rhythm. Raises Invalid."""
    return _follow(target, rhythm, is_own=Follow.user_id == actor.id, user_id=actor.id)


def follow_by_mail(target: Target, rhythm: str, *, email: str, lang: str) -> Follow:
    """Follow a target with a confirmed e-mail address. Raises Invalid."""
    key = email_key(email)
    is_own = Follow.user_id.is_(None) & (Follow.email_key == key)
    return _follow(target, rhythm, is_own=is_own, email=email.strip(), email_key=key, lang=lang)


def unfollow(follow_id: int, *, actor: Actor) -> bool:
    """End a follow of this actor; return whether it existed."""
    is_own = (Follow.id == follow_id) & (Follow.user_id == actor.id)
    with db.write(quiet=True) as session:
        return bool(session.execute(delete(Follow).where(is_own)).rowcount)  # type: ignore[attr-defined]


def end_follows(session: Session, ids: Sequence[int]) -> None:
    """End follows by id, without checking their owner."""
    session.execute(delete(Follow).where(Follow.id.in_(ids)))


def set_switch(switch: str, is_wanted: bool, *, user_id: int) -> None:
    """Set whether a person gets the mails of a switch."""
    with db.write(quiet=True) as session:
        session.execute(delete(Follow).where(Follow.user_id == user_id, Follow.kind == switch))
        if not is_wanted:
            now = db.utcnow()
            session.add(
                Follow(user_id=user_id, kind=switch, rhythm="never", since=now, created_at=now)
            )


def wants(switch: str, user_id: int) -> bool:
    """Return whether a person gets the mails of a switch."""
    query = select(Follow.id).where(Follow.user_id == user_id, Follow.kind == switch)
    return db.session().scalar(query) is None


def of_actor(actor: Actor, *, limit: int = MAX_FOLLOWS + 1) -> list[Followed]:
    """Return the follows of a person, newest first."""
    query = select(Follow).where(Follow.user_id == actor.id, Follow.kind.not_in(SWITCHES))
    rows = db.session().scalars(query.order_by(Follow.id.desc()).limit(limit)).all()
    return [Followed(row, KINDS[row.kind].load(row.target, actor=actor)) for row in rows]


def rhythm_of(target: Target, *, actor: Actor) -> str:
    """Return the rhythm at which a person follows a target, "" if they do not."""
    if actor.id is None:
        return ""
    query = select(Follow.rhythm).where(Follow.user_id == actor.id, *_matches_target(target))
    return db.session().scalar(query) or ""


def _follow(target: Target, rhythm: str, *, is_own: ColumnElement[bool], **owner: object) -> Follow:
    if rhythm not in RHYTHMS:
        raise Invalid(rhythm=_("Choose among what is proposed."))
    with db.write(quiet=True) as session:
        row = session.scalar(select(Follow).where(is_own, *_matches_target(target)))
        now = db.utcnow()
        if row is None:
            ids = session.scalars(select(Follow.id).where(is_own).limit(MAX_FOLLOWS + 1)).all()
            if len(ids) > MAX_FOLLOWS:
                raise Invalid(rhythm=_("One follows at most %(count)s things.", count=MAX_FOLLOWS))
            row = Follow(kind=target.kind, target=target.stored, since=now, created_at=now, **owner)
            session.add(row)
        row.rhythm = rhythm
        session.flush()
    return row


def _matches_target(target: Target) -> tuple[ColumnElement[bool], ...]:
    return Follow.kind == target.kind, Follow.target == target.stored
