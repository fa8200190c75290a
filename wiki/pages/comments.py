"""The model of comments, shared with search; their routes are in the feature of comments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db


class Comment(db.Base):
    """A comment: `thread_id` is None for the first of a thread, the only one that is anchored or resolved.

    `quote`, `before` and `after` are words of the page's own text as it was in `revision_no`; `section` is
    the id of a heading. A removed comment that was answered keeps its row without its text.
    """

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_page", "page_id", "thread_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))
    thread_id: Mapped[int | None] = mapped_column(
        ForeignKey("comment.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    author_name: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    html: Mapped[str] = mapped_column(default="")
    html_version: Mapped[int] = mapped_column(default=0)
    quote: Mapped[str] = mapped_column(default="")
    before: Mapped[str] = mapped_column(default="")
    after: Mapped[str] = mapped_column(default="")
    section: Mapped[str] = mapped_column(default="")
    section_title: Mapped[str] = mapped_column(default="")
    revision_no: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(index=True)
    edited_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str] = mapped_column(default="")
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str] = mapped_column(default="")
