"""Repeated events: rules of RFC 5545 kept small, the moments they give, and their words."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Collection, Iterator
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from itertools import islice, takewhile
from typing import Any

from dateutil.rrule import rrulestr
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from wiki.bazar.field import BadValue, Span
from wiki.bazar.values.dates import has_hour
from wiki.core import i18n

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
MOST = 1000
"""Occurrences looked at for one answer."""
EARLIEST, YEARS, SOON = 1970, 50, 10
"""Bounds of the years that are reckoned: a rule of one line could ask for millions of days."""
LARGEST = {"INTERVAL": 400, "COUNT": 1000}
DAY = r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)"
PIECES = {
    "FREQ": "|".join(FREQUENCIES),
    "INTERVAL": r"\d{1,3}",
    "COUNT": r"\d{1,4}",
    "UNTIL": r"\d{8}(?:T\d{6}Z?)?",
    "BYDAY": rf"{DAY}(?:,{DAY})*",
    "BYMONTHDAY": r"-?\d{1,2}(?:,-?\d{1,2})*",
    "BYMONTH": r"\d{1,2}(?:,\d{1,2})*",
    "BYSETPOS": r"-?[1-5]",
    "WKST": "MO|SU",
}


def checked(rule: str, start: str) -> str:
    """Return a rule in its usual order, without what says nothing. Raises BadValue."""
    pieces = _pieces(rule.strip().upper().removeprefix("RRULE:"))
    for name, text in pieces.items():
        if name not in PIECES or not re.fullmatch(PIECES[name], text):
            raise BadValue(_("This repetition cannot be read."))
        if name in LARGEST and not 1 <= int(text) <= LARGEST[name]:
            raise BadValue(_("From 1 to %(count)s times.", count=LARGEST[name]))
    if "FREQ" not in pieces or ("COUNT" in pieces and "UNTIL" in pieces):
        raise BadValue(_("This repetition cannot be read."))
    if pieces.get("INTERVAL") == "1":
        del pieces["INTERVAL"]
    if "UNTIL" in pieces:
        pieces["UNTIL"] = pieces["UNTIL"][:8]
    if datetime.fromisoformat(start).year < EARLIEST:
        raise BadValue(_("What comes back begins in %(year)s at the earliest.", year=EARLIEST))
    if pieces.get("UNTIL", "") > str(int(start[:4]) + YEARS) + start[5:10].replace("-", ""):
        raise BadValue(_("Up to %(count)s years.", count=YEARS))
    kept = ";".join(f"{name}={pieces[name]}" for name in PIECES if name in pieces)
    try:
        _check_happens(kept, start)
    except (StopIteration, ValueError) as error:
        raise BadValue(_("This repetition never happens.")) from error
    return kept


def parts(rule: str) -> dict[str, str]:
    """Return the parts of a stored rule by name."""
    return _pieces(rule)


def spans(value: dict[str, Any], start: datetime, end: datetime) -> list[Span]:
    """Return when a repeated event takes place between two moments: those moved where they went."""
    changed: dict[str, str] = value.get("except", {})
    coming = takewhile(lambda span: span.start < end, planned(value, start))
    found = [span for span in coming if span.day not in changed]
    found += [moved(value, day) for day, to in changed.items() if to]
    return sorted((s for s in found if s.start < end and s.end >= start), key=lambda s: s.start)


def planned(value: dict[str, Any], since: datetime) -> Iterator[Span]:
    """Give the times of the rule that are not over at a moment, whatever became of them."""
    naive = (since.astimezone(i18n.zone()) - _length(value)).replace(tzinfo=None)
    coming = (moment for moment in _moments(value) if moment >= naive)
    return (_span(value, moment, _day(moment)) for moment in islice(coming, MOST))


def due(value: dict[str, Any], day: str) -> Span:
    """Return the time of the rule on a day that is one of its days."""
    return _span(value, _at(value, day), day)


def moved(value: dict[str, Any], day: str) -> Span:
    """Return where the time of a day was moved to."""
    return _span(value, _at(value, value["except"][day]), day)


def days_among(value: dict[str, Any], asked: Collection[str]) -> set[str]:
    """Return which of some days are days of the rule."""
    last_day = max(asked, default="")
    days = (_day(moment) for moment in _moments(value))
    return {day for day in takewhile(lambda day: day <= last_day, days) if day in asked}


def last(value: dict[str, Any]) -> float | None:
    """Return when it ends for good, in POSIX seconds; None when it goes on."""
    pieces = parts(value["rule"])
    if "COUNT" not in pieces and "UNTIL" not in pieces:
        return None
    moments = list(islice(_moments(value), 20 * MOST))
    ends = [_zoned(moments[-1]) + _length(value)]
    ends += [moved(value, day).end for day, to in value.get("except", {}).items() if to]
    return max(ends).timestamp()


def in_words(value: dict[str, Any]) -> str:
    """Return a repetition in words: every two weeks on Monday, until 3 May 2027."""
    pieces = parts(value["rule"])
    count = int(pieces.get("INTERVAL", 1))
    every = {
        "DAILY": lambda: ngettext("every day", "every %(num)s days", count),
        "WEEKLY": lambda: ngettext("every week", "every %(num)s weeks", count),
        "MONTHLY": lambda: ngettext("every month", "every %(num)s months", count),
        "YEARLY": lambda: ngettext("every year", "every %(num)s years", count),
    }[pieces["FREQ"]]()
    said = [every, _days_in_words(pieces)]
    if "COUNT" in pieces:
        said.append(ngettext("%(num)s time", "%(num)s times", int(pieces["COUNT"])))
    if "UNTIL" in pieces:
        until = date.fromisoformat(pieces["UNTIL"])
        said.append(_("until %(day)s", day=i18n.day_long(until)))
    return ", ".join(piece for piece in said if piece)


def _days_in_words(pieces: dict[str, str]) -> str:
    if "BYDAY" not in pieces:
        return _("on day %(day)s", day=pieces["BYMONTHDAY"]) if "BYMONTHDAY" in pieces else ""
    locale = get_locale()
    names = locale.days["format"]["wide"] if locale else {}
    ranks = {
        "1": _("first"),
        "2": _("second"),
        "3": _("third"),
        "4": _("fourth"),
        "5": _("fifth"),
        "-1": _("last"),
    }
    said = []
    for word in pieces["BYDAY"].split(","):
        rank, day = word[:-2].lstrip("+"), names.get(DAYS.index(word[-2:]), word[-2:])
        said.append(f"{ranks.get(rank, rank)} {day}" if rank else day)
    return _("on %(days)s", days=", ".join(said))


def _pieces(rule: str) -> dict[str, str]:
    pairs = (piece.partition("=") for piece in rule.split(";") if piece)
    return {name: text for name, _equal, text in pairs}


def _check_happens(rule: str, start: str) -> None:
    """Raise StopIteration unless something happens in the first years."""
    bare = re.sub(r";?(COUNT|UNTIL)=[^;]*", "", rule)
    late = _late(datetime.fromisoformat(start))
    if next(iter(_rule(bare, late.isoformat()))).year >= late.year + SOON:
        raise StopIteration
    next(iter(_rule(rule, start)))


def _late(moment: datetime) -> datetime:
    """Return a moment with the same calendar before it at the end of time, which is how far a rule is followed.

    One that never happens would otherwise be looked for on each of three million days.
    """
    first = date(moment.year, 1, 1).weekday(), isleap(moment.year)
    ends = range(MAXYEAR - SOON - 28, MAXYEAR - SOON)
    year = next(y for y in ends if (date(y, 1, 1).weekday(), isleap(y)) == first)
    return moment.replace(year=year)


def _moments(value: dict[str, Any]) -> Iterator[datetime]:
    """Give the moments of the rule, as far as anyone plans."""
    end = datetime.fromisoformat(value["start"]).year + YEARS + 1
    return takewhile(lambda moment: moment.year <= end, _rule(value["rule"], value["start"]))


def _rule(rule: str, start: str) -> Any:
    """Return the moments of a rule, without zone: a weekly meeting keeps its hour all year."""
    first = datetime.fromisoformat(start)
    if (until := parts(rule).get("UNTIL")) is not None:
        rule = rule.replace(f"UNTIL={until}", f"UNTIL={until}T235959")
    # A rule that starts in the past keeps every occurrence on the way: none is kept in memory.
    return rrulestr(rule, dtstart=first, cache=False)


def _length(value: dict[str, Any]) -> timedelta:
    start, end = value["start"], value.get("end") or value["start"]
    whole_day = timedelta() if has_hour(end) else timedelta(days=1, seconds=-1)
    return max(timedelta(), datetime.fromisoformat(end) - datetime.fromisoformat(start)) + whole_day


def _at(value: dict[str, Any], when: str) -> datetime:
    """Return a stored day or moment with the hour that the event usually has, unless it says one."""
    moment, first = datetime.fromisoformat(when), datetime.fromisoformat(value["start"])
    return moment if has_hour(when) else datetime.combine(moment.date(), first.time())


def _span(value: dict[str, Any], moment: datetime, day: str) -> Span:
    end = _zoned(moment + _length(value))
    return Span(_zoned(moment), end, not has_hour(value["start"]), day)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _zoned(naive: datetime) -> datetime:
    return naive.replace(tzinfo=i18n.zone()).astimezone(UTC).astimezone(i18n.zone())
