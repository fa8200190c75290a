"""Tables of accounts: people, groups and their members, sessions, tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db
from wiki.core.access import initials

ADMINS = "admins"
FACILITATORS = "facilitators"
"""Group of the people who look after the structure of the wiki without being admins."""
RESERVED_GROUPS = {
    ADMINS: {"fr": "", "en": ""},
    FACILITATORS: {"fr": "Animateurs et animatrices", "en": "Facilitators"},
}
"""Groups that exist on every wiki, with their titles by language."""


class User(db.Base):
    """A person with an account. `name_key` and `email_key` are folded and unique."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str] = mapped_column(default="")
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str] = mapped_column(default="")
    lang: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    visual: Mapped[bool] = mapped_column(default=False)
    disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    @property
    def shown_name(self) -> str:
        return self.display_name or self.name

    @property
    def initials(self) -> str:
        return initials(self.shown_name)


class Group(db.Base):
    """A set of people, `@name` in access rules; lists of groups leave out the groups of projects."""

    __tablename__ = "group_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(default="")
    of_project: Mapped[bool] = mapped_column(default=False)


class Membership(db.Base):
    """Membership of a person in a group; `role` is only used in the groups of projects."""

    __tablename__ = "membership"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("group_account.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(default="")
    since: Mapped[datetime]


class SignIn(db.Base):
    """One signed-in browser: deleting the row ends the session. Stores only the hash of the token."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class Token(db.Base):
    """A secret of a person: kind `api` (bearer token) or `reset` (password reset, valid one hour)."""

    __tablename__ = "token"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    label: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
