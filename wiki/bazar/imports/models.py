"""The rows of imports: one for each file brought in, and one for each entry that it touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db

DRAFT, WAITING, DONE, UNDOING, UNDONE = "draft", "waiting", "done", "undoing", "undone"
MOST_PROBLEMS = 1000


class Intake(db.Base):
    """One import: `data` is the file until it is in, `targets` a field key (or "") for each column.

    `sheet` is the sheet of a spreadsheet that is brought in, from 0 on.

    `match` is what an entry is recognised by; `problems` are [{"line", "errors": [[label, message]]}]
    in the language of who began it, the first thousand.
    """

    __tablename__ = "intake"

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    actor_name: Mapped[str] = mapped_column(default="")
    lang: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str] = mapped_column(default="")
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sheet: Mapped[int] = mapped_column(default=0)
    targets: Mapped[list[Any]] = mapped_column(default=list)
    match: Mapped[str] = mapped_column(default="")
    clear: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default=DRAFT)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    @property
    def is_at_work(self) -> bool:
        """Answer whether the worker has it in hand."""
        return self.state in {WAITING, UNDOING}

    def report(self, line: int, errors: Sequence[tuple[str, str]]) -> None:
        """Note why a row is not brought in, or not taken back."""
        self.bad += 1
        if len(self.problems) < MOST_PROBLEMS:
            told = {"line": line, "errors": [list(one) for one in errors]}
            self.problems = [*self.problems, told]


class IntakeRow(db.Base):
    """An entry that an import made (`before` is 0) or changed, with its versions before and after."""

    __tablename__ = "intake_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id", ondelete="CASCADE"), index=True)
    line: Mapped[int]
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    before: Mapped[int]
    after: Mapped[int]
