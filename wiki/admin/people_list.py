"""The list of people for admins, with admin status and last visit, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, true

from wiki.accounts.models import SignIn, User
from wiki.admin import admins
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.names import fold


@dataclass(frozen=True)
class Row:
    """A row of the list; `seen` is the last visit of a browser that is still signed in."""

    user: User
    face: Actor
    is_admin: bool
    seen: datetime | None


def count(query: str) -> int:
    """Return the number of people whose name or e-mail contains the query."""
    return db.session().scalar(select(func.count(User.id)).where(_match(query))) or 0


def rows(query: str, *, offset: int, limit: int) -> list[Row]:
    """Return the people whose name or e-mail contains the query, ordered by name."""
    statement = (
        select(User).where(_match(query)).order_by(User.name_key).offset(offset).limit(limit)
    )
    users = list(db.session().scalars(statement))
    ids = [user.id for user in users]
    admin_ids, last_visits = admins.admin_ids_among(db.session(), ids), _last_seen(ids)
    return [Row(user, face(user), user.id in admin_ids, last_visits.get(user.id)) for user in users]


def face(user: User) -> Actor:
    """Return the actor that the avatar template takes."""
    return Actor(id=user.id, name=user.name, display_name=user.shown_name)


def _match(query: str) -> ColumnElement[bool]:
    if not query:
        return true()
    key = fold(query)
    return or_(
        User.name_key.contains(key, autoescape=True),
        User.email_key.contains(key, autoescape=True),
        User.display_name.icontains(query, autoescape=True),
    )


def _last_seen(ids: list[int]) -> dict[int, datetime]:
    statement = (
        select(SignIn.user_id, func.max(SignIn.seen_at))
        .where(SignIn.user_id.in_(ids))
        .group_by(SignIn.user_id)
    )
    return {row[0]: row[1] for row in db.session().execute(statement)}
