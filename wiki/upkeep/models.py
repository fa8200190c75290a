"""The rows of upkeep: mails that were sent, and how people of a project feel, without who.

An answer to the pulse is added to sums and kept nowhere else. Beside them stands a mark of each person who
answered this month, made with a salt that is forgotten with the month.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db


class Reminded(db.Base):
    """A mail that a person was sent about something: it is not sent twice."""

    __tablename__ = "reminded"

    about: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[datetime] = mapped_column(index=True)


class PulseSalt(db.Base):
    """The salt of a month (`2026-11`); only that of the current one is here."""

    __tablename__ = "pulse_salt"

    month: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[str]


class PulseMark(db.Base):
    """Somebody of a project has answered this month."""

    __tablename__ = "pulse_mark"

    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    mark: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str]


class PulseSum(db.Base):
    """What a month's answers to one question come to: how many, and their total.

    `shown` and `shown_total` are what people see: they follow by groups, so that no answer is told apart.
    """

    __tablename__ = "pulse_sum"

    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    month: Mapped[str] = mapped_column(primary_key=True)
    light: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    shown: Mapped[int] = mapped_column(default=0)
    shown_total: Mapped[int] = mapped_column(default=0)
