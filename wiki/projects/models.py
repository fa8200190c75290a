"""The row of a project: what rights and addresses need. All the rest is in its station page's data."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db

VISIBILITIES = ("public", "network", "members")
ROLES = ("referent", "gardener", "member")


class Project(db.Base):
    """A project: its people are a group, its membrane a rule set that its pages and entries point to.

    `visibility`: public (everyone), network (signed-in people), members (its people only; for others
    it does not exist).
    """

    __tablename__ = "project"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    key_folded: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    visibility: Mapped[str] = mapped_column(default="public")
    group_id: Mapped[int] = mapped_column(ForeignKey("group_account.id"))
    membrane_id: Mapped[int] = mapped_column(ForeignKey("rule_set.id"))
    # Not a foreign key: pages point to their project, and two tables that point to each other can
    # only be made in two steps. A station page is never deleted without its project.
    page_id: Mapped[int | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
