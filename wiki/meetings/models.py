"""The rows of meetings: who comes, dates that are proposed, and meetings that are over.

Agendas and minutes are in the entry itself, with its history. Who answers without account is known by a
mark of their browser, of which only the hash is kept.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db


class Attendance(db.Base):
    """What one person said of coming to a meeting: yes, remote, maybe or no."""

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("page_id", "user_id"),
        UniqueConstraint("page_id", "guest", name="uq_attendance_guest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    guest: Mapped[str | None]
    name: Mapped[str] = mapped_column(default="")
    answer: Mapped[str]
    at: Mapped[datetime]


class MeetingEnd(db.Base):
    """A meeting whose minutes are finished; `mailed_at` when they were sent for the last time."""

    __tablename__ = "meeting_end"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    ended_at: Mapped[datetime]
    ended_by: Mapped[str] = mapped_column(default="")
    mailed_at: Mapped[datetime | None]


class DatePoll(db.Base):
    """Dates proposed to those who read a page: a station, for a new meeting, or a meeting, to move it.

    `chosen` is the date it ended with; `meeting_id` the meeting made of it.
    """

    __tablename__ = "date_poll"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    title: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]
    chosen: Mapped[str] = mapped_column(default="")
    meeting_id: Mapped[int | None] = mapped_column(
        ForeignKey("page.id", ondelete="SET NULL"), index=True
    )


class PollDate(db.Base):
    """One date proposed, as a date field stores it: `2026-11-24T18:30`."""

    __tablename__ = "poll_date"

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("date_poll.id", ondelete="CASCADE"), index=True)
    at: Mapped[str]


class PollVoice(db.Base):
    """Someone who answers a date poll."""

    __tablename__ = "poll_voice"
    __table_args__ = (
        UniqueConstraint("poll_id", "user_id"),
        UniqueConstraint("poll_id", "guest", name="uq_poll_voice_guest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("date_poll.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    guest: Mapped[str | None]
    name: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class PollAnswer(db.Base):
    """What a voice says of a date: yes, maybe (if need be) or no."""

    __tablename__ = "poll_answer"

    voice_id: Mapped[int] = mapped_column(
        ForeignKey("poll_voice.id", ondelete="CASCADE"), primary_key=True
    )
    date_id: Mapped[int] = mapped_column(
        ForeignKey("poll_date.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    answer: Mapped[str]
