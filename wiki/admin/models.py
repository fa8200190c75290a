"""Table of rollbacks: author and start of the changes, progress of the job."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db

WAITING, DONE = "waiting", "done"


class Rollback(db.Base):
    """A rollback requested by an admin; `who_id` is None for changes without account.

    `report` counts the `pages`, `files`, `comments` and `signs` rolled back, and the pages `left` alone.
    """

    __tablename__ = "taking_back"

    id: Mapped[int] = mapped_column(primary_key=True)
    who_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    since: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    lang: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=WAITING)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def is_at_work(self) -> bool:
        """Return whether the job has not finished."""
        return self.state == WAITING
