"""What an entry's page tells of its times to come, and who changes one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from flask import request

from wiki.bazar.entries import entries, suggestions
from wiki.bazar.entries.entry_view import Entry
from wiki.bazar.models import FieldSpec, Form
from wiki.bazar.values import occurrences
from wiki.bazar.values.occurrences import Occurrence
from wiki.core import i18n
from wiki.core.access import Actor
from wiki.pages.models import Page

FEW, MANY = 6, 52
"""Times listed on the page of an entry, and where more are asked for."""
MARKED, MORE = "on", "dates"
"""Arguments of that page: the day of the time one comes from, and `more` for many."""
Way = Literal["", "save", "suggest"]


@dataclass(frozen=True)
class Dates:
    """The times to come of one field, for one reader: `marked` is the one they come from, if any."""

    spec: FieldSpec
    coming: Sequence[Occurrence]
    marked: Occurrence | None
    way: Way
    has_more: bool


def shown(entry: Entry, *, actor: Actor) -> list[Dates]:
    """Return the times to come of each field of an entry that comes back."""
    return [
        _dates(entry, spec, actor)
        for spec, kind, value in entry.answered()
        if kind.recurring and "rule" in value
    ]


def without(entry: Entry, dates: Sequence[Dates]) -> Entry:
    """Return an entry less the changes that are over, or told among its times to come."""
    rest = {one.spec.key: _rest(entry.data[one.spec.key], one.coming) for one in dates}
    return replace(entry, data={**entry.data, **rest})


def way(form: Form, page: Page, spec: FieldSpec, *, actor: Actor) -> Way:
    """Return how this actor changes a time of an entry: saving, suggesting, or ("") not at all."""
    if spec.key not in {one.key for one in entries.asked(form, actor, page)}:
        return ""
    if "write" in page.allowed:
        return "save"
    return "suggest" if suggestions.may_suggest(page, form, actor) else ""


def _dates(entry: Entry, spec: FieldSpec, actor: Actor) -> Dates:
    value = entry.data[spec.key]
    most = MANY if request.args.get(MORE) == "more" else FEW
    coming = occurrences.coming(value, i18n.midnight(i18n.today()), most + 1)
    return Dates(
        spec,
        coming[:most],
        occurrences.of_day(value, request.args.get(MARKED, "")),
        way(entries.form_of(entry.page), entry.page, spec, actor=actor),
        has_more=most == FEW and len(coming) > most,
    )


def _rest(value: occurrences.Value, told: Sequence[Occurrence]) -> occurrences.Value:
    """Return a value with the changes that come after the times told, and no other."""
    last = told[-1].day if told else ""
    later = {day: to for day, to in value.get("except", {}).items() if last and day > last}
    unsaid = later.keys() - {one.day for one in told}
    return {**value, "except": {day: later[day] for day in sorted(unsaid)}}
