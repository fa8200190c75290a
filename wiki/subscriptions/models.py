"""Table of follows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db


class Follow(db.Base):
    """A subscription of a person, or of a confirmed e-mail address without account.

    `kind` and `target` identify what is followed (`targets.py`); `since` is the end of the last digest.
    A row whose kind is a switch of `follows.py` has rhythm `never`: it turns those mails off.
    """

    __tablename__ = "follow"
    __table_args__ = (Index("ix_follow_due", "rhythm", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    email: Mapped[str] = mapped_column(default="")
    email_key: Mapped[str] = mapped_column(default="", index=True)
    kind: Mapped[str]
    target: Mapped[str] = mapped_column(default="")
    rhythm: Mapped[str]
    lang: Mapped[str] = mapped_column(default="")
    since: Mapped[datetime]
    created_at: Mapped[datetime]
