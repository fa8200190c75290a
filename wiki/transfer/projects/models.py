"""The rows of crossings: a project on its way out (an archive being made) or in (an archive being read)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db

OUT, IN = "out", "in"
DRAFT, WAITING, DONE, FAILED, GONE = "draft", "waiting", "done", "failed", "gone"


class Crossing(db.Base):
    """One project on its way; only who began it sees it.

    `way` is out or in. `asked` is what was chosen, `report` what came of it (`problem` when it failed).
    Its archive is a file named by its number until it is `gone`.
    """

    __tablename__ = "crossing"

    id: Mapped[int] = mapped_column(primary_key=True)
    way: Mapped[str]
    project_id: Mapped[int | None] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    lang: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    file_name: Mapped[str] = mapped_column(default="")
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def is_at_work(self) -> bool:
        return self.state == WAITING

    @property
    def path(self) -> Path:
        return folder() / f"{self.id}.zip"


def folder() -> Path:
    """Return the folder of archives on their way, made if need be; nobody else reads it."""
    found: Path = current_app.config["GARE"].instance / "moving"
    found.mkdir(mode=0o700, exist_ok=True)
    return found
