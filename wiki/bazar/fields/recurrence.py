"""An event that comes back: one entry, a rule, and the times that are cancelled or moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.bazar.field import BadValue, IndexValue, Span, clean_line, clean_text
from wiki.bazar.fields.date import moment_of
from wiki.bazar.fields.period import DATE, Period, finish, in_words
from wiki.bazar.models import FieldSpec
from wiki.bazar.values import occurrences, recurrence

MOST_CHANGED = 200
FAR = 253_000_000_000.0
"""POSIX seconds of a day nobody will see: the end of what goes on for ever."""
ARROW = ">"


class Recurrence(Period):
    """As a period, with "rule" (RFC 5545) and "except": day of an occurrence -> new moment, "" for none."""

    name: ClassVar[str] = "recurrence"
    recurring = True
    order = 1000
    summary = "a date that comes back (RFC 5545), with days cancelled or moved; one entry"
    sample_options = {"time": True}
    label = _l("Repeated dates")
    icon = "history"
    merges = True

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        typed = {
            part: form.get(f"{spec.key}.{part}", "").strip()
            for part in ("repeat", "every", "count", "until", "except", "rule")
        }
        days = form.getlist(f"{spec.key}.days")
        return super().from_form(spec, form, files) | {"typed": typed | {"days": days}}

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        if isinstance(raw, str) and raw:
            raw = self.from_csv(spec, raw)
        period = super().clean(spec, raw)
        if period is None or not isinstance(raw, dict):
            return period
        if isinstance(raw.get("typed"), dict):
            raw = raw | _rule_typed(spec, period["start"], raw["typed"])
        rule = clean_line(raw.get("rule"), longest=300)
        if rule is None:
            return period
        value = period | {"rule": recurrence.checked(rule, period["start"])}
        changed = _changed(spec, raw.get("except"))
        there = recurrence.days_among(value, changed)
        # What was changed before a new rule is forgotten with its day; a day typed now is a slip.
        held = raw["held"] if isinstance(raw.get("held"), dict) else {}
        slips = sorted(day for day in changed.keys() - there if held.get(day) != changed[day])
        if slips:
            raise BadValue(_("There is no occurrence on %(day)s.", day=slips[0]))
        kept = {day: to for day, to in changed.items() if day in there}
        return value | ({"except": kept} if kept else {})

    def replacing(self, spec: FieldSpec, raw: Any, before: Any) -> Any:
        if isinstance(raw, str) and raw:
            raw = self.from_csv(spec, raw)
        held = before.get("except") if self.holds(spec, before) else None
        return raw | {"held": held} if isinstance(raw, dict) else raw

    def merged(self, base: Any, mine: Any, theirs: Any) -> Any:
        return occurrences.merged(base, mine, theirs)

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        if not super().holds(spec, value):
            return False
        changed = value.get("except", {})
        return isinstance(value.get("rule", ""), str) and isinstance(changed, dict)

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        start = IndexValue(text=value["start"], number=moment_of(value["start"]).timestamp())
        last = recurrence.last(value) if "rule" in value else finish(value).timestamp()
        return [start, IndexValue(number=FAR if last is None else last, part="end")]

    def occurrences(
        self, spec: FieldSpec, value: Any, start: datetime, end: datetime
    ) -> Sequence[Span]:
        if "rule" not in value:
            return super().occurrences(spec, value, start, end)
        return recurrence.spans(value, start, end)

    def text(self, spec: FieldSpec, value: Any) -> str:
        said = in_words(value)
        return f"{said}, {recurrence.in_words(value)}" if "rule" in value else said

    def changes(self, spec: FieldSpec, value: Any) -> list[tuple[str, str]]:
        """Return the occurrences that are moved or cancelled, in words; "" where there is none."""
        held = value.get("except", {})
        return [
            (DATE.text(spec, day), DATE.text(spec, to) if to else "")
            for day, to in sorted(held.items())
        ]

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        cell = super().to_csv(spec, value)
        if "rule" not in value:
            return cell
        changed = [
            f"{day}{ARROW}{to}" if to else day for day, to in value.get("except", {}).items()
        ]
        return " | ".join([cell, value["rule"], *([", ".join(changed)] if changed else [])])

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        period, rule, changed = (*(piece.strip() for piece in cell.split("|", 2)), "", "")[:3]
        found: dict[str, Any] = super().from_csv(spec, period)
        return found | {"rule": rule, "except": changed.replace(",", "\n")}

    def asked(self, value: Any) -> dict[str, Any]:
        """Return what the inputs of the rule hold: as stored, or as typed and refused."""
        held: Mapping[str, Any] = value if isinstance(value, dict) else {}
        if isinstance(held.get("typed"), dict):
            return dict(held["typed"])
        return _inputs(held)

    def repeats(self) -> list[tuple[str, str]]:
        """Return the ways to repeat, as (key, words)."""
        return [
            ("", str(_("No"))),
            ("DAILY", str(_("By the day"))),
            ("WEEKLY", str(_("By the week"))),
            ("MONTHLY", str(_("By the month, the same date"))),
            ("WEEKDAY", str(_("By the month, the same day of the week"))),
            ("YEARLY", str(_("By the year"))),
            ("RULE", str(_("Another rule (RFC 5545)"))),
        ]

    def week(self) -> list[tuple[str, str]]:
        """Return the days of the week, as (key, short name)."""
        locale = get_locale()
        names = locale.days["stand-alone"]["abbreviated"] if locale else {}
        return [(day, names.get(at, day)) for at, day in enumerate(recurrence.DAYS)]


def _rule_typed(spec: FieldSpec, start: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rule that the inputs say. Raises BadValue."""
    repeat = typed.get("repeat") or ""
    if not repeat:
        return {"rule": "", "except": ""}
    if repeat == "RULE":
        return {"rule": typed.get("rule"), "except": typed.get("except")}
    first = moment_of(start)
    pieces = {"FREQ": "MONTHLY" if repeat == "WEEKDAY" else str(repeat)}
    if typed.get("every"):
        pieces["INTERVAL"] = str(typed["every"])
    if repeat == "WEEKLY" and typed.get("days"):
        pieces["BYDAY"] = ",".join(map(str, typed["days"]))
    if repeat == "WEEKDAY":
        rank = (first.day - 1) // 7 + 1
        pieces["BYDAY"] = f"{-1 if rank == 5 else rank}{recurrence.DAYS[first.weekday()]}"
    if typed.get("until"):
        pieces["UNTIL"] = str(DATE.clean(spec, typed["until"]))[:10].replace("-", "")
    elif typed.get("count"):
        pieces["COUNT"] = str(typed["count"])
    rule = ";".join(f"{name}={text}" for name, text in pieces.items())
    return {"rule": rule, "except": typed.get("except")}


def _inputs(held: Mapping[str, Any]) -> dict[str, Any]:
    rule = str(held.get("rule") or "")
    pieces = recurrence.parts(rule)
    known = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY"}
    repeat = pieces.get("FREQ", "")
    if repeat == "MONTHLY" and "BYDAY" in pieces:
        repeat = "WEEKDAY"
    if set(pieces) - known or (repeat in {"DAILY", "YEARLY"} and "BYDAY" in pieces):
        repeat = "RULE"
    until = pieces.get("UNTIL", "")
    changed = held.get("except") if isinstance(held.get("except"), dict) else {}
    return {
        "repeat": repeat,
        "every": pieces.get("INTERVAL", ""),
        "count": pieces.get("COUNT", ""),
        "until": f"{until[:4]}-{until[4:6]}-{until[6:8]}" if until else "",
        "days": pieces.get("BYDAY", "").split(",") if repeat == "WEEKLY" else [],
        "except": "\n".join(
            f"{day} {ARROW} {to.replace('T', ' ')}" if to else day
            for day, to in (changed or {}).items()
        ),
        "rule": rule if repeat == "RULE" else "",
    }


def _changed(spec: FieldSpec, raw: Any) -> dict[str, str]:
    """Return what is cancelled ("") or moved, by day. Raises BadValue."""
    if isinstance(raw, dict):
        raw = "\n".join(f"{day} {ARROW} {to}" if to else str(day) for day, to in raw.items())
    text = clean_text(raw, longest=10_000) or ""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_CHANGED:
        raise BadValue(_("At most %(count)s days are cancelled or moved.", count=MOST_CHANGED))
    changed: dict[str, str] = {}
    for line in lines:
        day, _arrow, to = line.partition(ARROW)
        timed = FieldSpec("", "date", "", options={"time": True})
        when = DATE.clean(FieldSpec("", "date", ""), day.strip())
        changed[str(when)] = DATE.clean(timed, to.strip()) or ""
    return changed
