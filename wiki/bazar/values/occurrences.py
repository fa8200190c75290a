"""Single times of an event that comes back: those to come, one that is moved or cancelled, two changes in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from wiki.bazar.field import Clash, Span
from wiki.bazar.values import recurrence
from wiki.core import i18n

Value = dict[str, Any]


@dataclass(frozen=True)
class Occurrence:
    """One time of the rule: when it was due, and what became of it."""

    due: Span
    moved: Span | None = None
    cancelled: bool = False

    @property
    def day(self) -> str:
        """The day of the rule, which names it whatever became of it."""
        return self.due.day

    @property
    def at(self) -> Span:
        """When it takes place, or would have."""
        return self.moved or self.due

    @property
    def words(self) -> str:
        """When it takes place, its day in full."""
        return _in_full(self.at)

    @property
    def due_day(self) -> str:
        """The day it was due, in full."""
        return _day(self.due.start)

    @property
    def state(self) -> str:
        """`keep`, `move` or `cancel`: what its page asks."""
        return "cancel" if self.cancelled else "move" if self.moved else "keep"


def of_day(value: Value, day: str) -> Occurrence | None:
    """Return the time of a day of the rule, None when it has none then."""
    if "rule" not in value or not _is_day(day) or day not in recurrence.days_among(value, {day}):
        return None
    return _occurrence(value, day)


def coming(value: Value, since: datetime, most: int) -> list[Occurrence]:
    """Return the times that are not over at a moment, soonest first, moved and cancelled ones too."""
    changed = value.get("except", {})
    usual = (
        Occurrence(span) for span in recurrence.planned(value, since) if span.day not in changed
    )
    found = [*islice(usual, most), *(_occurrence(value, day) for day in changed)]
    still = [one for one in found if one.at.end >= since]
    return sorted(still, key=lambda one: (one.at.start, one.day))[:most]


def changed(value: Value, day: str, to: str | None) -> Value:
    """Return an event with the time of a day moved, cancelled ("") or as the rule has it (None).

    What keeps its usual hour is kept without one, so that it follows when the hour changes for all.
    """
    others = {one: kept for one, kept in value.get("except", {}).items() if one != day}
    if to:
        moved = recurrence.moved({**value, "except": {day: to}}, day).start
        due = recurrence.due(value, day).start
        same_hour = moved.time() == due.time()
        to = None if moved == due else to[:10] if same_hour else to
    return _with(value, others if to is None else others | {day: to})


def merged(base: Any, mine: Any, theirs: Any) -> Any:
    """Return two changes of one event in one, day by day. Raises Clash when both changed the same."""
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    if not all(isinstance(side, dict) for side in (base, mine, theirs)):
        raise Clash
    plan = _either(*(_plan(side) for side in (base, mine, theirs)))
    sides = [side.get("except", {}) for side in (base, mine, theirs)]
    days = sorted({day for side in sides for day in side})
    found = {day: _either(*(side.get(day) for side in sides)) for day in days}
    kept = {day: to for day, to in found.items() if to is not None}
    there = recurrence.days_among(plan, kept) if "rule" in plan else ()
    return _with(plan, {day: to for day, to in kept.items() if day in there})


def _occurrence(value: Value, day: str) -> Occurrence:
    to = value.get("except", {}).get(day)
    moved = recurrence.moved(value, day) if to else None
    return Occurrence(recurrence.due(value, day), moved, to == "")


def _plan(value: Value) -> Value:
    return {part: held for part, held in value.items() if part != "except"}


def _with(value: Value, days: Mapping[str, str]) -> Value:
    return _plan(value) | ({"except": dict(days)} if days else {})


def _either(base: Any, mine: Any, theirs: Any) -> Any:
    if mine in (base, theirs):
        return theirs
    if theirs != base:
        raise Clash
    return mine


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _in_full(span: Span) -> str:
    """Write a time: `mardi 17 novembre 2026, de 18 h 30 à 20 h`."""
    day, hour = _day(span.start), i18n.clock(span.start)
    over = span.end - timedelta(seconds=1)
    if over.date() > span.start.date():
        start = day if span.all_day else _("%(day)s at %(hour)s", day=day, hour=hour)
        end = _("%(day)s at %(hour)s", day=_day(span.end), hour=i18n.clock(span.end))
        end = _day(over) if span.all_day else end
        return str(_("from %(start)s to %(end)s", start=start, end=end))
    if span.all_day:
        return day
    if span.end == span.start:
        return str(_("%(day)s at %(hour)s", day=day, hour=hour))
    return str(
        _("%(day)s, from %(start)s to %(end)s", day=day, start=hour, end=i18n.clock(span.end))
    )


def _day(moment: datetime) -> str:
    return str(format_date(moment.date(), "EEEE d MMMM y", rebase=False))
