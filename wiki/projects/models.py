"""The rows of a project: what rights and addresses need. All the rest is in its station page's data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, false, text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db

VISIBILITIES = ("public", "network", "members", "discreet")
ROLES = ("referent", "gardener", "member", "guest")
JOININGS = ("open", "request", "invitation")


class Project(db.Base):
    """A project: its people are a group, its membrane a rule set that its pages and entries point to.

    `visibility`: public (everyone), network (signed-in people), members (its people only; for others
    it does not exist), discreet (the same, and no list names it, even to admins who are not in it).
    `joining`: open (one click), request (its referents answer), invitation (a link of theirs).
    From `closed_at` on it is read only; `successor` is the page where it goes on, if it does.
    `moved_to` is the address of the wiki it went to, `moved_names` the names that are others there, by
    folded name; `origin` marks a project wherever it is, so that it is not brought in twice.
    """

    __tablename__ = "project"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    key_folded: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    visibility: Mapped[str] = mapped_column(default="public")
    joining: Mapped[str] = mapped_column(default="open")
    group_id: Mapped[int] = mapped_column(ForeignKey("group_account.id"))
    membrane_id: Mapped[int] = mapped_column(ForeignKey("rule_set.id"))
    # Not a foreign key: pages point to their project, and two tables that point to each other can
    # only be made in two steps. A station page is never deleted without its project.
    page_id: Mapped[int | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    successor: Mapped[str] = mapped_column(default="")
    moved_to: Mapped[str] = mapped_column(default="", server_default="")
    moved_names: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    origin: Mapped[str] = mapped_column(default="", server_default="")


class Invitation(db.Base):
    """A link that lets whoever holds it into a project until it ends; only the token's hash is kept.

    One that was mailed to somebody lets in `once`.
    """

    __tablename__ = "invitation"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(default="member")
    label: Mapped[str] = mapped_column(default="")
    made_by: Mapped[str] = mapped_column(default="")
    used: Mapped[int] = mapped_column(default=0)
    once: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class JoinRequest(db.Base):
    """Someone who asks to come in, and what they say."""

    __tablename__ = "join_request"

    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    words: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


class StationTemplate(db.Base):
    """A station kept as a template: `data` holds its blocks, stages and greeting, and nothing of its own."""

    __tablename__ = "station_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column()
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]
