"""Who follows what: started, changed, ended. For people with an account, and for addresses that were proved."""

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
"""Mails that come to everyone they are for, until they say no."""
MOST = 300
"""Things one person follows."""


@dataclass(frozen=True)
class Followed:
    """A row and what it is about; `target` is None when it can no longer be seen."""

    row: Follow
    target: Target | None


def follow(target: Target, rhythm: str, *, actor: Actor) -> Follow:
    """Follow something, or change how often one is told. Raises Invalid."""
    return _follow(target, rhythm, mine=Follow.user_id == actor.id, user_id=actor.id)


def follow_by_mail(target: Target, rhythm: str, *, email: str, lang: str) -> Follow:
    """Follow something with a proved address. Raises Invalid."""
    key = email_key(email)
    mine = Follow.user_id.is_(None) & (Follow.email_key == key)
    return _follow(target, rhythm, mine=mine, email=email.strip(), email_key=key, lang=lang)


def unfollow(follow_id: int, *, actor: Actor) -> bool:
    """Stop following; answer whether there was something to stop."""
    mine = (Follow.id == follow_id) & (Follow.user_id == actor.id)
    with db.write(quiet=True) as session:
        return bool(session.execute(delete(Follow).where(mine)).rowcount)  # type: ignore[attr-defined]


def end(session: Session, ids: Sequence[int]) -> None:
    """Stop what a mail's way out names."""
    session.execute(delete(Follow).where(Follow.id.in_(ids)))


def want(switch: str, wanted: bool, *, user_id: int) -> None:
    """Say whether a person gets the mails of a switch."""
    with db.write(quiet=True) as session:
        session.execute(delete(Follow).where(Follow.user_id == user_id, Follow.kind == switch))
        if not wanted:
            now = db.utcnow()
            session.add(
                Follow(user_id=user_id, kind=switch, rhythm="never", since=now, created_at=now)
            )


def wants(switch: str, user_id: int) -> bool:
    """Return whether a person gets the mails of a switch."""
    query = select(Follow.id).where(Follow.user_id == user_id, Follow.kind == switch)
    return db.session().scalar(query) is None


def of_actor(actor: Actor, *, limit: int = MOST + 1) -> list[Followed]:
    """Return what a person follows, the last first."""
    query = select(Follow).where(Follow.user_id == actor.id, Follow.kind.not_in(SWITCHES))
    rows = db.session().scalars(query.order_by(Follow.id.desc()).limit(limit)).all()
    return [Followed(row, KINDS[row.kind].known(row.target, actor=actor)) for row in rows]


def rhythm_of(target: Target, *, actor: Actor) -> str:
    """Return how often a person is told of something, "" when they do not follow it."""
    if actor.id is None:
        return ""
    query = select(Follow.rhythm).where(Follow.user_id == actor.id, *_about(target))
    return db.session().scalar(query) or ""


def _follow(target: Target, rhythm: str, *, mine: ColumnElement[bool], **who: object) -> Follow:
    if rhythm not in RHYTHMS:
        raise Invalid(rhythm=_("Choose among what is proposed."))
    with db.write(quiet=True) as session:
        row = session.scalar(select(Follow).where(mine, *_about(target)))
        now = db.utcnow()
        if row is None:
            ids = session.scalars(select(Follow.id).where(mine).limit(MOST + 1)).all()
            if len(ids) > MOST:
                raise Invalid(rhythm=_("One follows at most %(count)s things.", count=MOST))
            row = Follow(kind=target.kind, target=target.stored, since=now, created_at=now, **who)
            session.add(row)
        row.rhythm = rhythm
        session.flush()
    return row


def _about(target: Target) -> tuple[ColumnElement[bool], ...]:
    return Follow.kind == target.kind, Follow.target == target.stored
