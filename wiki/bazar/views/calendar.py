"""A month of entries: a table of weeks, days below each other on a phone."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask_babel import format_date, get_locale
from flask_babel import lazy_gettext as _l

from wiki.bazar.query.calendar import by_day, happenings
from wiki.bazar.views import parse_query
from wiki.bazar.views.base import TEMPORAL, View
from wiki.bazar.views.support.urls import list_url
from wiki.core import i18n
from wiki.core.params import Param

if TYPE_CHECKING:
    from wiki.bazar.models import FieldSpec
    from wiki.bazar.query.results import Found

MOST_A_DAY = 6
YEARS = range(1000, 9000)


class CalendarView(View):
    """A month; it needs a field of dates."""

    name = "calendar"
    summary = "a month"
    label = _l("Calendar")
    icon = "calendar"
    paged = False
    common = True
    options = (Param("date", _l("Date"), "field"), Param("month", _l("Month"), "month"))
    takes = {"date": TEMPORAL}

    def suits(self, specs: Sequence[FieldSpec]) -> bool:
        return bool(self.candidates(specs, "date"))

    def context(self, found: Found) -> dict[str, Any]:
        """Return the weeks of the month asked for, with what happens on each day."""
        spec = self.field(found, "date")
        first = _month(found.query.setting("month"))
        weeks = Calendar(0).monthdatescalendar(first.year, first.month)
        start, end = weeks[0][0], weeks[-1][-1]
        seen, cut = (
            happenings(found, spec, i18n.midnight(start), i18n.midnight(end + timedelta(days=1)))
            if spec
            else ([], False)
        )
        return {
            "month": format_date(first, "LLLL y", rebase=False),
            "this_month": first.month,
            "weeks": weeks,
            "names": _week(),
            "days": by_day(seen, start, end),
            "most": MOST_A_DAY,
            "cut": cut,
            "today": i18n.today(),
            "ways": [self._url(found, month) for month in _around(first)],
            "day_url": lambda day: _day_url(found, spec, day),
        }

    def _url(self, found: Found, month: date | None) -> str:
        text = f"{month:%Y-%m}" if month else ""
        return list_url(found.form, found.query.showing(month=text), view=self.name)


def _month(text: str) -> date:
    """Return the first day of a month written 2026-11, of this one when it is none."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return i18n.today().replace(day=1)
    return found if found.year in YEARS else i18n.today().replace(day=1)


def _around(first: date) -> list[date | None]:
    """Return the month before, the one after, and None for the present one."""
    return [
        (first - timedelta(days=1)).replace(day=1),
        (first + timedelta(days=31)).replace(day=1),
        None,
    ]


def _week() -> list[tuple[str, str]]:
    """Return the names of the days, short and long."""
    locale = get_locale()
    names = locale.days["stand-alone"] if locale else {}
    return [(names["abbreviated"][day], names["wide"][day]) for day in range(7)]


def _day_url(found: Found, spec: FieldSpec | None, day: date) -> str:
    """Return the address of the list of one day."""

    key = spec.key if spec else "title"
    args = found.query.args() | {f"{key}.from": [str(day)], f"{key}.to": [str(day)]}
    kept = {name: texts for name, texts in args.items() if not name.startswith("_")}
    asked = parse_query(found.form, kept, actor=found.actor)
    return list_url(found.form, asked, view="list")
