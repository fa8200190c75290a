"""Who comes to a meeting, in one click: said, changed, counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select

from wiki.accounts.models import User
from wiki.core import db
from wiki.core.http import Invalid
from wiki.meetings.models import Attendance
from wiki.meetings.participant import Who
from wiki.pages.models import Page

ANSWERS = {
    "yes": _l("I come"),
    "remote": _l("From afar"),
    "maybe": _l("Perhaps"),
    "no": _l("I cannot"),
}
TOLD = {
    "yes": _l("Come"),
    "remote": _l("From afar"),
    "maybe": _l("Perhaps"),
    "no": _l("Cannot"),
}
COMING = ("yes", "remote")
MOST = 500
"""Answers without account to one meeting."""


@dataclass(frozen=True)
class Voice:
    """One answer: by whom, under the name they bear now."""

    name: str
    answer: str
    user_id: int | None


def say(page: Page, who: Who, answer: str) -> None:
    """Keep what someone says of coming; "" takes it back. Raises Invalid."""
    if answer and answer not in ANSWERS:
        raise Invalid(answer=_("Choose among what is proposed."))
    with db.write() as session:
        row = session.scalar(select(Attendance).where(Attendance.page_id == page.id, _of(who)))
        if row is not None and not answer:
            session.delete(row)
        elif row is not None:
            row.answer, row.name, row.at = answer, who.name or row.name, db.utcnow()
        elif answer:
            _check_room(page, who)
            session.add(
                Attendance(
                    page_id=page.id,
                    user_id=who.user_id,
                    guest=who.guest,
                    name=who.name,
                    answer=answer,
                    at=db.utcnow(),
                )
            )


def voices(page: Page) -> Sequence[Voice]:
    """Return all answers to a meeting, the first first, in one query."""
    rows = db.session().execute(
        select(Attendance, User)
        .outerjoin(User, User.id == Attendance.user_id)
        .where(Attendance.page_id == page.id)
        .order_by(Attendance.id)
    )
    return [
        Voice(user.shown_name if user else row.name, row.answer, row.user_id) for row, user in rows
    ]


def answer_of(page: Page, who: Who | None) -> str:
    """Return what someone said, "" for nothing."""
    if who is None:
        return ""
    query = select(Attendance.answer).where(Attendance.page_id == page.id, _of(who))
    return db.session().scalar(query) or ""


def coming(page_ids: Collection[int]) -> dict[int, int]:
    """Return how many come to each meeting, in one query."""
    counted = (
        select(Attendance.page_id, func.count())
        .where(Attendance.page_id.in_(sorted(page_ids)), Attendance.answer.in_(COMING))
        .group_by(Attendance.page_id)
    )
    found: dict[int, int] = dict(db.session().execute(counted).all())
    return found


def _of(who: Who) -> ColumnElement[bool]:
    if who.user_id is not None:
        return Attendance.user_id == who.user_id
    return Attendance.guest == who.guest


def _check_room(page: Page, who: Who) -> None:
    if who.user_id is None:
        count = select(func.count()).where(Attendance.page_id == page.id, Attendance.guest != "")
        if (db.session().scalar(count) or 0) >= MOST:
            raise Invalid(answer=_("At most %(count)s people without account.", count=MOST))
