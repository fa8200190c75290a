"""Table of reactions to comments. The table of comments is in `pages/comments.py`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db


class Reaction(db.Base):
    """A reaction to a comment, at most one per person."""

    __tablename__ = "reaction"

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[str]
    made_at: Mapped[datetime | None]
