"""From a day to another, with hours or without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.bazar.field import BadValue, Field, IndexValue, Span, flag
from wiki.bazar.fields.date import Date, moment_of, with_hour
from wiki.bazar.models import FieldSpec
from wiki.bazar.values.dates import has_hour
from wiki.core import i18n
from wiki.core.params import Param

DATE = Date()
ENDS = ("start", "end")


class Period(Field):
    """{"start", "end"} as dates are stored; no end: that day, or from that hour on."""

    name: ClassVar[str] = "period"
    order: ClassVar[int] = 130
    temporal = True
    summary = "from a day to another"
    sample_options = {"time": True}
    label = _l("Period")
    group = _l("Date")
    icon = "calendar"
    can_sort = True
    is_group = True
    spans = True
    options: ClassVar[tuple[Param, ...]] = (Param("time", _l("With hours"), "flag"),)

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        return {end: _typed(spec, form, f"{spec.key}.{end}") for end in ENDS}

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        if isinstance(raw, str) and raw:
            raw = self.from_csv(spec, raw)
        if raw is None or raw == "":
            return None
        if not isinstance(raw, dict):
            raise BadValue(_("A period has a start and an end."))
        period = {end: DATE.clean(spec, raw.get(end)) for end in ENDS}
        if period["start"] is None:
            if period["end"] is not None:
                raise BadValue(_("When does it begin?"))
            return None
        if period["end"] is not None and finish(period) < moment_of(period["start"]):
            raise BadValue(_("The end comes before the start."))
        return {end: text for end, text in period.items() if text is not None}

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        if not isinstance(value, dict) or "start" not in value:
            return False
        return all(DATE.holds(spec, value[end]) for end in ENDS if end in value)

    def formula_value(self, spec: FieldSpec, value: Any) -> Any:
        return date.fromisoformat(value["start"][:10])

    def json_ld(self, spec: FieldSpec, value: Any) -> Any:
        ends = {"endDate": value["end"]} if value.get("end") else {}
        return {"startDate": value["start"]} | ends

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        start = IndexValue(text=value["start"], number=moment_of(value["start"]).timestamp())
        return [start, IndexValue(number=finish(value).timestamp(), part="end")]

    def bound(self, spec: FieldSpec, raw: str, *, upper: bool) -> float:
        return DATE.bound(spec, raw, upper=upper)

    def occurrences(
        self, spec: FieldSpec, value: Any, start: datetime, end: datetime
    ) -> Sequence[Span]:
        span = span_of(value)
        return [span] if span.start < end and span.end >= start else []

    def text(self, spec: FieldSpec, value: Any) -> str:
        return in_words(value)

    def words(self, spec: FieldSpec, value: Any) -> str:
        return self.source(spec, value)

    def source(self, spec: FieldSpec, value: Any) -> str:
        return self.to_csv(spec, value).replace("T", " ")

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        return "/".join(value[end] for end in ENDS if end in value)

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        """Read two ISO dates with a slash between, as ISO 8601 writes intervals."""
        start, _slash, end = cell.partition("/")
        # 24/11/2026 has slashes of its own.
        if cell.count("/") != 1:
            start, _to, end = cell.partition(" - ")
        return {"start": start.strip(), "end": end.strip()}

    def parts(self, value: Any, end: str) -> tuple[str, str]:
        """Return the day and the hour of an end as the two inputs hold them."""
        held = value.get(end) if isinstance(value, dict) else None
        return DATE.parts(held if isinstance(held, str) else "")

    def timed(self, spec: FieldSpec) -> bool:
        """Answer whether the form asks for hours."""
        return with_hour(spec)

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        return replace(spec, options={"time": True} if flag(spec.options.get("time")) else {})


def finish(value: dict[str, str]) -> datetime:
    """Return the last moment of a period: the end of its last day when it has no hour."""
    last = value.get("end") or value["start"]
    moment = moment_of(last)
    return moment if has_hour(last) else moment + timedelta(days=1, seconds=-1)


def span_of(value: dict[str, str]) -> Span:
    """Return a period as a stretch of time."""
    return Span(moment_of(value["start"]), finish(value), not has_hour(value["start"]))


def in_words(value: dict[str, str]) -> str:
    """Return a period as people say it, each day once."""
    start, end = value["start"], value.get("end", "")
    if not end or end == start:
        return DATE.text(FieldSpec("", "date", ""), start)
    if start[:10] == end[:10]:
        hours = [i18n.clock(moment_of(one)) for one in (start, end) if has_hour(one)]
        day = i18n.day_long(moment_of(start))
        if len(hours) == 2:
            return str(
                _("%(day)s, from %(start)s to %(end)s", day=day, start=hours[0], end=hours[1])
            )
    spec = FieldSpec("", "date", "")
    return str(
        _("from %(start)s to %(end)s", start=DATE.text(spec, start), end=DATE.text(spec, end))
    )


def _typed(spec: FieldSpec, form: MultiDict[str, str], name: str) -> str:
    day, hour = form.get(name, "").strip(), form.get(f"{name}.time", "").strip()
    return f"{day}T{hour}" if day and hour and with_hour(spec) else day
