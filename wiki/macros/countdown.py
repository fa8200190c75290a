"""How long until a day: told by the server, kept up to date by a script where there is one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from wiki.core import db, i18n
from wiki.core.params import Param
from wiki.macros.base import BadParam, Call, Macro


class Countdown(Macro):
    """Days, hours and minutes before a moment of the wiki's time zone."""

    name: ClassVar[str] = "countdown"
    label = _l("Countdown")
    help = _l("How long until a day: a meeting, a deadline.")
    group = "people"
    icon = "clock"
    params = (
        Param(
            "date", _l("Day"), kind="date", required=True, help=_l("2027-03-21 or 2027-03-21 14:30")
        ),
        Param("text", _l("Until what")),
        Param("done", _l("What it says afterwards")),
    )

    def context(self, call: Call) -> dict[str, Any] | None:
        moment, timed = _moment(call.get("date").strip())
        left = left_until(moment)
        return {
            "at": i18n.local(moment),
            "day": i18n.moment(moment) if timed else i18n.day_long(moment),
            "parts": parts(left),
            "over": left <= timedelta(),
            "text": call.get("text"),
            "done": call.get("done") or _("It has begun."),
        }


def left_until(moment: datetime) -> timedelta:
    """Return how long it is until a moment; from a day on, by the clock: nights have 23 or 25 hours."""
    by_clock = i18n.local(moment) - i18n.local(db.utcnow())
    return by_clock if by_clock >= timedelta(days=1) else moment - db.utcnow()


def parts(left: timedelta) -> list[tuple[int, str, str]]:
    """Return what is left as (number, word, unit): two at most, the largest first."""
    minutes = max(0, int(left.total_seconds() // 60))
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    said = [
        (days, ngettext("day", "days", days), "d"),
        (hours, ngettext("hour", "hours", hours), "h"),
        (rest, ngettext("minute", "minutes", rest), "m"),
    ]
    first = 0 if days else 1 if hours else 2
    return said[first : first + 2]


def _moment(raw: str) -> tuple[datetime, bool]:
    try:
        found = datetime.fromisoformat(raw)
        aware = found if found.tzinfo else found.replace(tzinfo=i18n.zone())
        aware.astimezone(ZoneInfo("UTC"))
    except (ValueError, OverflowError):
        raise BadParam(_("A day is written 2027-03-21, with an hour 2027-03-21 14:30.")) from None
    return aware, len(raw) > 10
