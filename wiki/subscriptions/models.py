"""The rows of subscriptions: what people follow."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db


class Follow(db.Base):
    """Someone wants to know of something: a person, or an address without account that was proved.

    `kind` and `target` say of what (`targets.py`); `since` is until when they were told. For the kind
    `mentions`, on for everyone, the row only says `never`.
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
