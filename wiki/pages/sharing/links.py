"""Share links: a secret URL that opens one page until it is revoked or expires. Only its hash is stored.

A link delegates its author's right to read, so it opens the page only while the author may share it.
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
"""The maximal number of active links per page."""
LONGEST_LABEL = 80
FURTHEST = timedelta(days=3660)


class ReadLink(db.Base):
    """A share link to one page; `author_id` is the person whose right it delegates."""

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
        """The last day on which the link is valid."""
        return (
            i18n.local(self.expires_at - timedelta(seconds=1)).date() if self.expires_at else None
        )


def may_give(page: Page, actor: Actor) -> bool:
    """Return whether this actor may create share links to a page that was loaded for them.

    The owner and admins may. In a project visible to its group only, the owner must be a referent.
    """
    if actor.id is None or "own" not in page.allowed:
        return False
    kind = kind_of(page)
    if not kind.may_lend(page) or not kind.may_rule(page):
        return False
    return actor.is_admin or page.membrane_id is None or _is_referent(page.membrane_id, actor)


def make(page: Page, *, label: str, until: date | None, actor: Actor) -> str:
    """Create a link and return its token, which is not stored. Raises Invalid, PermissionError."""
    expires_at = _end_of(until) if until else None
    token = secrets.token_urlsafe(32)
    with db.write() as session:
        current = _reload(page, actor)
        count = select(func.count()).select_from(_active_links(current).subquery())
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
                expires_at=expires_at,
            )
        )
        events.log(session, current, "lent", actor=actor)
    return token


def revoke(page: Page, link_id: int, *, actor: Actor) -> bool:
    """Revoke a link; return whether it was active. Raises PermissionError."""
    with db.write() as session:
        current = _reload(page, actor)
        link = session.scalar(_active_links(current).where(ReadLink.id == link_id))
        if link is None:
            return False
        link.revoked_at = db.utcnow()
        events.log(session, current, "unlent", actor=actor)
    return True


def links_of(page: Page) -> list[tuple[ReadLink, str]]:
    """Return the active links to a page with their authors' names, the newest first."""
    query = _active_links(page).join(User, User.id == ReadLink.author_id).add_columns(User)
    rows = db.session().execute(query.order_by(ReadLink.id.desc()))
    return [(link, user.shown_name) for link, user in rows]


def page_of(token: str) -> Page | None:
    """Return the page of a token, loaded with its author's current rights; None if the link is not valid."""
    link = db.session().scalar(
        select(ReadLink).where(ReadLink.token_hash == _hash(token), *_is_active())
    )
    author = db.session().get(User, link.author_id) if link else None
    if link is None or author is None or author.disabled:
        return None
    actor = people.actor_of(author)
    page = find.page_by_id(link.page_id, actor=actor)
    return page if page is not None and may_give(page, actor) else None


def _active_links(page: Page) -> Select[ReadLink]:
    return select(ReadLink).where(ReadLink.page_id == page.id, *_is_active())


def _is_active() -> tuple[ColumnElement[bool], ...]:
    expires_at = ReadLink.expires_at
    return ReadLink.revoked_at.is_(None), or_(expires_at.is_(None), expires_at > db.utcnow())


def _is_referent(membrane_id: int, actor: Actor) -> bool:
    """Return whether an actor is a referent of the groups of a membrane, or the membrane names no group."""
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
    """Return the end of a day in the time zone of the wiki. Raises Invalid."""
    if not i18n.today() <= day <= i18n.today() + FURTHEST:
        raise Invalid(until=_("Choose a day to come, at most ten years ahead."))
    return i18n.midnight(day + timedelta(days=1))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
