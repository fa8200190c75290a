"""When entries take place: the occurrences of a date field between two moments, for calendars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from flask import url_for

from wiki.bazar.field import Span
from wiki.bazar.forms import forms
from wiki.bazar.models import EntryValue, FieldSpec
from wiki.bazar.query import results
from wiki.core import i18n

if TYPE_CHECKING:
    from wiki.bazar.entries.entry_view import Entry
    from wiki.bazar.query.results import Found

MOST = 400
"""Entries looked at for one answer."""


@dataclass(frozen=True)
class Happening:
    """One time an entry takes place."""

    entry: Entry
    span: Span

    @property
    def url(self) -> str:
        """Where it leads: to its entry, and to this very time of one that comes back."""
        return url_for("pages.show", name=self.entry.page.name, on=self.span.day or None)

    @property
    def first_day(self) -> date:
        return self.span.start.date()

    @property
    def last_day(self) -> date:
        """The last day it touches: what ends at midnight ends the day before."""
        end = self.span.end
        return (max(end - timedelta(seconds=1), self.span.start)).date()


def happenings(
    found: Found, spec: FieldSpec, start: datetime, end: datetime, *, most: int = MOST
) -> tuple[list[Happening], bool]:
    """Return what takes place between two moments, soonest first, and whether there is more."""
    entries = _entries(found, spec, start, end, most + 1)
    kind = forms.type_of(spec)
    held: list[Happening] = []
    for entry in entries[:most]:
        if spec.key in entry.data:
            spans = kind.occurrences(spec, entry.data[spec.key], start, end)
            held += [Happening(entry, span) for span in spans]
    return sorted(held, key=lambda one: (one.span.start, one.entry.title)), len(entries) > most


def by_day(found: Sequence[Happening], first: date, last: date) -> dict[date, list[Happening]]:
    """Return what happens on each day between two, both in."""
    days: dict[date, list[Happening]] = {}
    for one in found:
        day = max(one.first_day, first)
        while day <= min(one.last_day, last):
            days.setdefault(day, []).append(one)
            day += timedelta(days=1)
    return days


def _entries(
    found: Found, spec: FieldSpec, start: datetime, end: datetime, most: int
) -> list[Entry]:
    """Return the entries that can take place then, soonest first: of what is past, the latest."""
    number = EntryValue.number
    if forms.type_of(spec).spans:
        ends = f"{spec.key}~end"
        where = [
            results.has(found, ends, number >= start.timestamp()),
            results.has(found, spec.key, number < end.timestamp()),
        ]
    else:
        # A day without an hour is kept as its midnight: it takes place all day.
        since = (start - timedelta(days=1)).timestamp()
        where = [results.has(found, spec.key, (number > since) & (number < end.timestamp()))]
    sort = f"-{spec.key}" if end <= i18n.midnight(i18n.today()) else spec.key
    return results.more(found, where=where, sort=sort, most=most)
