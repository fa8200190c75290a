"""Entries along a line of time, by year and month."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from wiki.bazar.entries.summary import brief
from wiki.bazar.fields.date import moment_of
from wiki.bazar.views.base import TEMPORAL, View, first_of
from wiki.core import i18n
from wiki.core.params import Param

if TYPE_CHECKING:
    from wiki.bazar.entries.entry_view import Entry
    from wiki.bazar.models import FieldSpec
    from wiki.bazar.query.results import Found


class TimelineView(View):
    """A line with stops; it needs a field of dates."""

    name = "timeline"
    summary = "along a line, by year"
    label = _l("Timeline")
    icon = "history"
    options = (Param("date", _l("Date"), "field"),)
    takes = {"date": TEMPORAL}

    def suits(self, specs: Sequence[FieldSpec]) -> bool:
        return first_of(specs, TEMPORAL) is not None

    def usual_sort(self, specs: Sequence[FieldSpec]) -> str:
        spec = first_of(specs, TEMPORAL)
        return f"-{spec.key}" if spec else ""

    def context(self, found: Found) -> dict[str, Any]:
        """Return the years, each with its entries: (entry, moment, its words, brief)."""
        spec = self.field_set(found, "date") or first_of(found.specs, TEMPORAL)
        others = [one for one in found.specs if one is not spec]
        rows = [
            (
                entry,
                _moment(entry, spec),
                entry.text(spec.key) if spec else "",
                brief(entry.data, others),
            )
            for entry in found.entries
        ]
        years = [
            (year, list(of_year))
            for year, of_year in groupby(rows, key=lambda row: row[1].year if row[1] else "")
        ]
        return {"years": years, "today": i18n.today()}


def _moment(entry: Entry, spec: FieldSpec | None) -> Any:
    value = entry.get(spec.key) if spec else None
    if value is None:
        return None
    return moment_of(value["start"] if isinstance(value, dict) else value)
