"""Opening hours by day of the week, written plainly and exchanged as OpenStreetMap writes them."""

from __future__ import annotations

import json
import re
from itertools import groupby
from typing import Any, ClassVar

from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.bazar.field import BadValue, Field, clean_line
from wiki.bazar.models import FieldSpec
from wiki.core import i18n

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MOST = 4
CLOCK = r"(\d{1,2})\s*(?:[:h]\s*(\d{2})?)?"
STRETCH = re.compile(rf"{CLOCK}\s*(?:-|–|—|à|to)\s*{CLOCK}", re.ASCII | re.IGNORECASE)
RULE = re.compile(r"((?:Mo|Tu|We|Th|Fr|Sa|Su)(?:[-,](?:Mo|Tu|We|Th|Fr|Sa|Su))*)\s+(.+)")


class Hours(Field):
    """{"Mo": [["09:00", "12:00"], …], …, "note"}: the days that are open, two-letter names."""

    name: ClassVar[str] = "hours"
    summary = "opening hours by day of the week"
    part = "places"
    label = _l("Opening hours")
    group = _l("Date")
    icon = "clock"
    is_group = True

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        return {day: form.get(f"{spec.key}.{day}", "") for day in (*DAYS, "note")}

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        if isinstance(raw, str):
            raw = self.from_csv(spec, raw)
        if raw is None:
            return None
        if not isinstance(raw, dict):
            raise BadValue(_("Opening hours go by day of the week."))
        week = {day: stretches for day in DAYS if (stretches := _stretches(day, raw.get(day)))}
        note = clean_line(raw.get("note"), longest=200)
        # The mark that parts days in a table's cell.
        return week | ({"note": note.replace('"', "'")} if note else {}) or None

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        if not isinstance(value, dict) or not isinstance(value.get("note", ""), str):
            return False
        return set(value) <= {*DAYS, "note"} and all(
            isinstance(value[day], list) and all(_is_stretch(one) for one in value[day])
            for day in DAYS
            if day in value
        )

    def text(self, spec: FieldSpec, value: Any) -> str:
        said = [f"{days} {hours}" for days, hours in self.lines(value)]
        return "\u202f; ".join([*said, *([value["note"]] if value.get("note") else [])])

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        rules = [
            f"{days} {','.join('-'.join(one) for one in hours)}" for days, hours in _grouped(value)
        ]
        return "; ".join([*rules, *([f'"{value["note"]}"'] if value.get("note") else [])])

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        """Read what OpenStreetMap calls opening_hours, as far as days and hours go."""
        if not cell.strip():
            return None
        week: dict[str, Any] = {}
        bare, _mark, note = cell.partition('"')
        for rule in bare.split(";"):
            if not rule.strip():
                continue
            found = RULE.fullmatch(rule.strip())
            if not found:
                raise BadValue(_("Opening hours are read such as: Mo-Fr 09:00-12:00,14:00-18:00"))
            for day in _days(found.group(1)):
                week[day] = "" if found.group(2).strip() in {"off", "closed"} else found.group(2)
        return week | {"note": note.rstrip('"')}

    def lines(self, value: Any) -> list[tuple[str, str]]:
        """Return the days of the same hours together, and those hours, in words."""
        return [(_days_in_words(days), _in_words(hours)) for days, hours in _grouped(value)]

    def inputs(self, value: Any) -> list[tuple[str, str, str]]:
        """Return the days as (key, name, what stands in the input)."""
        held = value if isinstance(value, dict) else {}
        names = _names("wide")
        return [(day, names[at].capitalize(), _typed(held.get(day))) for at, day in enumerate(DAYS)]

    def week(self, value: Any) -> str:
        """Return the hours for the script that says whether it is open now: Monday first."""
        return json.dumps([value.get(day, []) for day in DAYS])

    def zone(self) -> str:
        """Return the time zone the hours are of."""
        return str(current_app.config["GARE"].timezone)


def _stretches(day: str, raw: Any) -> list[list[str]]:
    """Return a day's hours as stored, in order. Raises BadValue."""
    if raw is None or raw == "":
        return []
    if isinstance(raw, list):
        raw = ", ".join("-".join(map(str, one)) if isinstance(one, list) else "?" for one in raw)
    if not isinstance(raw, str) or len(raw) > 100:
        raise BadValue(_("Hours are written such as: 9 h–12 h, 14 h–18 h"))
    pieces = [piece for piece in re.split(r"[,;]|\bet\b|\band\b", raw) if piece.strip()]
    if len(pieces) > MOST:
        raise BadValue(_("At most %(count)s stretches a day.", count=MOST))
    return sorted(_stretch(piece) for piece in pieces)


def _stretch(piece: str) -> list[str]:
    found = STRETCH.fullmatch(" ".join(piece.split()))
    if not found:
        raise BadValue(_("Hours are written such as: 9 h–12 h, 14 h–18 h"))
    ends = [(int(found.group(at)), int(found.group(at + 1) or 0)) for at in (1, 3)]
    if any(hour > 24 or minute > 59 or (hour == 24 and minute) for hour, minute in ends):
        raise BadValue(_("A day has 24 hours of 60 minutes."))
    return [f"{hour:02d}:{minute:02d}" for hour, minute in ends]


def _is_stretch(one: Any) -> bool:
    return (
        isinstance(one, list)
        and len(one) == 2
        and all(isinstance(end, str) and re.fullmatch(r"\d\d:\d\d", end) for end in one)
    )


def _grouped(value: Any) -> list[tuple[str, list[list[str]]]]:
    """Return runs of days with the same hours, as OpenStreetMap names them."""
    runs = groupby(enumerate(DAYS), key=lambda pair: value.get(pair[1]))
    found = []
    for hours, run in runs:
        days = [day for _at, day in run]
        if hours:
            found.append((days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}", hours))
    return found


def _days(said: str) -> list[str]:
    days: list[str] = []
    for run in said.split(","):
        first, _to, last = run.partition("-")
        start, end = DAYS.index(first), DAYS.index(last or first)
        days += [DAYS[at % 7] for at in range(start, end + 1 if end >= start else end + 8)]
    return days


def _names(width: str) -> list[str]:
    locale = get_locale()
    found = locale.days["stand-alone"][width] if locale else {}
    return [found.get(at, DAYS[at]) for at in range(7)]


def _days_in_words(days: str) -> str:
    short = _names("abbreviated")
    return "–".join(short[DAYS.index(day)] for day in days.split("-"))


def _in_words(hours: list[list[str]]) -> str:
    return ", ".join("–".join(_clock(end) for end in one) for one in hours)


def _clock(end: str) -> str:
    hour, _colon, minute = end.partition(":")
    if i18n.language() == "en":
        return end
    return f"{int(hour)}\u202fh" + (f"\u202f{minute}" if minute != "00" else "")


def _typed(held: Any) -> str:
    if isinstance(held, str):
        return held
    return _in_words(held) if isinstance(held, list) and all(map(_is_stretch, held)) else ""
