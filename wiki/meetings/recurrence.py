"""When the next meeting is: the same weekday and hour, a week, two, a month or three later."""

from __future__ import annotations

from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from wiki.bazar.values.dates import has_hour

WEEKS = {"week": 1, "fortnight": 2}
MONTHS = {"month": 1, "quarter": 3}
MOST = 500


def next_day(day: str, rhythm: str, *, after: datetime) -> str:
    """Return the next date of a rhythm after a moment, as a date field stores it; "" without rhythm.

    A month later is the same weekday of the month: the third Tuesday stays the third Tuesday.
    """
    if not day or rhythm not in {**WEEKS, **MONTHS}:
        return ""
    found, now = datetime.fromisoformat(day), after.replace(tzinfo=None)
    for _turn in range(MOST):
        found = _later(found, rhythm)
        if found > now:
            break
    return found.isoformat(timespec="minutes") if has_hour(day) else found.date().isoformat()


def guessed(day: str, before: str) -> str:
    """Return the rhythm that two meetings in a row show, "" for none."""
    if not day or not before:
        return ""
    days = (datetime.fromisoformat(day[:10]) - datetime.fromisoformat(before[:10])).days
    for rhythm, (least, most) in {
        "week": (6, 8),
        "fortnight": (13, 15),
        "month": (26, 36),
        "quarter": (84, 99),
    }.items():
        if least <= days <= most:
            return rhythm
    return ""


def _later(day: datetime, rhythm: str) -> datetime:
    if rhythm in WEEKS:
        return day + timedelta(weeks=WEEKS[rhythm])
    week = (day.day - 1) // 7
    first = (day + relativedelta(months=MONTHS[rhythm])).replace(day=1)
    found = first + timedelta(days=(day.weekday() - first.weekday()) % 7, weeks=week)
    # There is no fifth Tuesday in most months: the last one then.
    return found if found.month == first.month else found - timedelta(weeks=1)
