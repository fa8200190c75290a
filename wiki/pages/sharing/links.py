"""Secret links: who has one reads one page, until it is taken back or ends. Only a hash of it is kept.

A link is a right given away, so it is worth what its author's own right is worth at that moment.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ForeignKey, Select, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from wiki.accounts import people
from wiki.accounts.models import Group, Membership, User
from wiki.core import db, i18n, markup
from wiki.core.access import Actor, RuleSet
from wiki.core.http import Invalid
from wiki.core.names import fold
from wiki.pages import events, find
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page

MOST = 20
"""Links that open one page at a time."""
LONGEST_LABEL = 80
FURTHEST = timedelta(days=3660)


class ReadLink(db.Base):
    """A secret link to one page; `author_id` is whose right it lends."""

    __tablename__ = "read_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    @property
    def last_day(self) -> date | None:
        """The last day on which it opens the page."""
        return (
            i18n.local(self.expires_at - timedelta(seconds=1)).date() if self.expires_at else None
        )


def may_give(page: Page, actor: Actor) -> bool:
    """Return whether this actor may lend the reading of a page that was loaded for them.

    The owner and admins may; in a project that only its group sees, of these only its referents.
    """
    if actor.id is None or "own" not in page.allowed:
        return False
    kind = kind_of(page)
    if not kind.may_lend(page) or not kind.may_rule(page):
        return False
    return actor.is_admin or page.membrane_id is None or _is_referent(page.membrane_id, actor)


def make(page: Page, *, label: str, until: date | None, actor: Actor) -> str:
    """Make a link and return its token, which is kept nowhere. Raises Invalid, PermissionError."""
    ends = _end_of(until) if until else None
    token = secrets.token_urlsafe(32)
    with db.write() as session:
        current = _reload(page, actor)
        count = select(func.count()).select_from(_open_links(current).subquery())
        if (session.scalar(count) or 0) >= MOST:
            raise Invalid(label=_("A page has at most %(count)s secret links.", count=MOST))
        assert actor.id is not None
        session.add(
            ReadLink(
                page_id=current.id,
                author_id=actor.id,
                token_hash=_hash(token),
                label=" ".join(markup.normalise(label).split())[:LONGEST_LABEL],
                created_at=db.utcnow(),
                expires_at=ends,
            )
        )
        events.log(session, current, "lent", actor=actor)
    return token


def revoke(page: Page, link_id: int, *, actor: Actor) -> bool:
    """Take a link back; answer whether there was one to take. Raises PermissionError."""
    with db.write() as session:
        current = _reload(page, actor)
        found = session.scalar(_open_links(current).where(ReadLink.id == link_id))
        if found is None:
            return False
        found.revoked_at = db.utcnow()
        events.log(session, current, "unlent", actor=actor)
    return True


def links_of(page: Page) -> list[tuple[ReadLink, str]]:
    """Return the links that open a page now, the newest first, each with its author's name."""
    query = _open_links(page).join(User, User.id == ReadLink.author_id).add_columns(User)
    rows = db.session().execute(query.order_by(ReadLink.id.desc()))
    return [(link, user.shown_name) for link, user in rows]


def page_of(token: str) -> Page | None:
    """Return the page that a token opens, loaded with its author's rights of this moment; None when it opens none."""
    found = db.session().scalar(
        select(ReadLink).where(ReadLink.token_hash == _hash(token), *_is_open())
    )
    author = db.session().get(User, found.author_id) if found else None
    if found is None or author is None or author.disabled:
        return None
    actor = people.actor_of(author)
    page = find.page_by_id(found.page_id, actor=actor)
    return page if page is not None and may_give(page, actor) else None


def _open_links(page: Page) -> Select[ReadLink]:
    return select(ReadLink).where(ReadLink.page_id == page.id, *_is_open())


def _is_open() -> tuple[ColumnElement[bool], ...]:
    ends = ReadLink.expires_at
    return ReadLink.revoked_at.is_(None), or_(ends.is_(None), ends > db.utcnow())


def _is_referent(membrane_id: int, actor: Actor) -> bool:
    """Return whether an actor runs the project of a membrane, when it lets in its own group alone."""
    session = db.session()
    words = session.get_one(RuleSet, membrane_id).read.split()
    groups = [fold(word.removeprefix("@")) for word in words if word.startswith("@")]
    if not groups:
        return True
    role = (
        select(Membership.user_id)
        .join(Group, Group.id == Membership.group_id)
        .where(
            Group.name_key.in_(groups),
            Membership.user_id == actor.id,
            Membership.role == "referent",
        )
    )
    return session.scalar(role.limit(1)) is not None


def _reload(page: Page, actor: Actor) -> Page:
    current = find.reload(page, actor=actor)
    if current is None or not may_give(current, actor):
        raise PermissionError(page.name)
    return current


def _end_of(day: date) -> datetime:
    """Return the end of a day, as the wiki counts them. Raises Invalid."""
    if not i18n.today() <= day <= i18n.today() + FURTHEST:
        raise Invalid(until=_("Choose a day to come, at most ten years ahead."))
    return i18n.midnight(day + timedelta(days=1))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
