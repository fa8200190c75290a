"""The rows of what is written together: a session a page, and the log of its updates.

The shared document as of update `n` is `origin` and every update up to `n`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db


class LiveSession(db.Base):
    """What people write together on one page; another `epoch` is another document.

    `base` is the version brought into the document last, `state` the document as of that version alone.
    Updates up to `floor` were merged into `origin`. `saves` are versions made from the document and not brought
    into it yet: [number, the update it goes up to, the editor's key]. Authors of updates after `credited` have
    signed no version yet; `uncredited` are those whose updates were merged meanwhile.
    """

    __tablename__ = "live_session"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    epoch: Mapped[str]
    base: Mapped[int]
    floor: Mapped[int] = mapped_column(default=0)
    origin: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    saves: Mapped[list[Any]] = mapped_column(default=list)
    credited: Mapped[int] = mapped_column(default=0)
    uncredited: Mapped[list[Any]] = mapped_column(default=list)
    size: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]


class LiveUpdate(db.Base):
    """One update of a shared document: by whom, in which editor, or what a save brought (`saved_no`)."""

    __tablename__ = "live_update"
    # Numbers are never given twice, not even once the last rows went: `since` counts on it.
    __table_args__ = (
        Index("ix_live_update_page", "page_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("live_session.page_id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    author_name: Mapped[str] = mapped_column(default="")
    saved_no: Mapped[int] = mapped_column(default=0)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
