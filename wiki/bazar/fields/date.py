"""A day, or a day and hour as clocks of the wiki's zone show them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.bazar.field import BadValue, Field, IndexValue, Span, flag
from wiki.bazar.models import FieldSpec
from wiki.bazar.values.dates import has_hour
from wiki.core import i18n
from wiki.core.params import Param

DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
HOUR = re.compile(r"(\d{1,2})\s*(?:[:h]\s*(\d{2})?)(?::\d{2}(?:\.\d+)?)?", re.ASCII | re.IGNORECASE)
ZONED = re.compile(r".*T.*(Z|[+-]\d\d:?\d\d)", re.ASCII | re.IGNORECASE)
YEARS = range(1000, 9000)


class Date(Field):
    """Stored as ISO 8601: `2026-11-24`, or `2026-11-24T18:30` without zone."""

    name: ClassVar[str] = "date"
    order: ClassVar[int] = 120
    temporal = True
    editable_in_cell = True
    identifying = True
    summary = "a day"
    sample_options = {"time": True}
    label = _l("Date")
    group = _l("Date")
    icon = "calendar"
    can_sort = True
    options = (Param("time", _l("With an hour"), "flag"),)

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        day, hour = form.get(spec.key, "").strip(), form.get(f"{spec.key}.time", "").strip()
        return f"{day}T{hour}" if hour and with_hour(spec) else day

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        if raw is None or raw == "":
            return None
        if not isinstance(raw, str) or len(raw) > 60:
            raise BadValue(_("A date is expected, such as 2026-11-24."))
        found = _parse(raw.strip())
        if not with_hour(spec) or not isinstance(found, datetime):
            return found.isoformat()[:10]
        return found.isoformat(timespec="minutes")

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return isinstance(value, str) and _stored(value) is not None

    def formula_value(self, spec: FieldSpec, value: Any) -> Any:
        return date.fromisoformat(value[:10])

    def json_ld(self, spec: FieldSpec, value: Any) -> Any:
        return value

    def usual_sort(self, spec: FieldSpec) -> str:
        # Entries that always have an hour are listed from the latest.
        return f"-{spec.key}" if with_hour(spec) and spec.required and spec.in_list else ""

    def to_cell(self, spec: FieldSpec, value: Any) -> str | float | date:
        return datetime.fromisoformat(value) if has_hour(value) else date.fromisoformat(value)

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(text=value, number=moment_of(value).timestamp())]

    def bound(self, spec: FieldSpec, raw: str, *, upper: bool) -> float:
        found = _parse(raw.strip())
        if isinstance(found, datetime):
            return _zoned(found).timestamp()
        start = found + timedelta(days=1) if upper else found
        return _zoned(datetime.combine(start, time())).timestamp() - (1 if upper else 0)

    def occurrences(
        self, spec: FieldSpec, value: Any, start: datetime, end: datetime
    ) -> Sequence[Span]:
        moment = moment_of(value)
        last = moment if has_hour(value) else moment + timedelta(days=1, seconds=-1)
        return [Span(moment, last, not has_hour(value))] if moment < end and last >= start else []

    def text(self, spec: FieldSpec, value: Any) -> str:
        moment = moment_of(value)
        day = i18n.day_long(moment)
        return (
            _("%(day)s at %(hour)s", day=day, hour=i18n.clock(moment)) if has_hour(value) else day
        )

    def words(self, spec: FieldSpec, value: Any) -> str:
        return self.source(spec, value)

    def source(self, spec: FieldSpec, value: Any) -> str:
        return str(value).replace("T", " ")

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        return str(value)

    def parts(self, value: Any) -> tuple[str, str]:
        """Return the day and the hour as the two inputs hold them."""
        day, _mark, hour = str(value or "").partition("T")
        return day, hour

    def timed(self, spec: FieldSpec) -> bool:
        """Answer whether the form asks for an hour."""
        return with_hour(spec)

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        return replace(spec, options={"time": True} if flag(spec.options.get("time")) else {})


def with_hour(spec: FieldSpec) -> bool:
    """Answer whether a field asks for an hour."""
    return flag(spec.options.get("time"))


def moment_of(value: str) -> datetime:
    """Return the moment a stored date means, in the wiki's zone; midnight without an hour."""
    return _zoned(datetime.fromisoformat(value))


def _zoned(naive: datetime) -> datetime:
    return naive.replace(tzinfo=i18n.zone())


def _stored(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo is None and found.year in YEARS else None


def _parse(raw: str) -> date | datetime:
    """Read `2026-11-24` or `24/11/2026`, with an hour or not, or a zoned moment."""
    try:
        found = _zoned_moment(raw) if ZONED.fullmatch(raw) else _plain(raw)
        if found.year not in YEARS:
            raise ValueError(raw)
    except (ValueError, OverflowError) as error:
        raise BadValue(_("A date is expected, such as 2026-11-24.")) from error
    return found


def _zoned_moment(raw: str) -> datetime:
    return i18n.local(datetime.fromisoformat(raw)).replace(tzinfo=None)


def _plain(raw: str) -> date | datetime:
    found = DAY.match(raw)
    if not found:
        raise ValueError(raw)
    year, month, day = found.group(1, 2, 3) if found.group(1) else found.group(6, 5, 4)
    that_day = date(int(year), int(month), int(day))
    rest = raw[found.end() :].strip().removeprefix("T").strip()
    if not rest:
        return that_day
    hour = HOUR.fullmatch(rest)
    if not hour:
        raise ValueError(raw)
    return datetime.combine(that_day, time(int(hour.group(1)), int(hour.group(2) or 0)))
