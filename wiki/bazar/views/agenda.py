"""What comes, day after day; or what was, the last first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from wiki.bazar.entries.summary import brief
from wiki.bazar.query.calendar import happenings
from wiki.bazar.views.base import TEMPORAL, View
from wiki.bazar.views.support.urls import list_url
from wiki.core import i18n
from wiki.core.params import Param

if TYPE_CHECKING:
    from wiki.bazar.models import FieldSpec
    from wiki.bazar.query.results import Found

AHEAD = timedelta(days=400)
MOST = 60
"""Times shown at most."""


class AgendaView(View):
    """A list of dates; what comes back is there each time."""

    name = "agenda"
    summary = "what comes, or what was"
    label = _l("Agenda")
    icon = "clock"
    paged = False
    options = (
        Param("date", _l("Date"), "field"),
        Param(
            "when",
            _l("When"),
            "choice",
            choices=("coming", "past"),
            labels=(_l("What comes"), _l("What was")),
        ),
    )
    takes = {"date": TEMPORAL}

    def suits(self, specs: Sequence[FieldSpec]) -> bool:
        return bool(self.candidates(specs, "date"))

    def context(self, found: Found) -> dict[str, Any]:
        """Return the days with what happens on each, and the way to the other half."""
        spec = self.field(found, "date")
        past = found.query.setting("when") == "past"
        today = i18n.midnight(i18n.today())
        start, end = (today - AHEAD, today) if past else (today, today + AHEAD)
        seen, cut = happenings(found, spec, start, end, most=2 * MOST) if spec else ([], False)
        seen = [one for one in seen if (one.span.end < today) == past]
        seen = seen[::-1] if past else seen
        days: dict[Any, list[Any]] = {}
        for one in seen[:MOST]:
            # What began before today stands where one looks first.
            day = one.first_day if past else max(one.first_day, today.date())
            days.setdefault(day, []).append((one, brief(one.entry.data, _besides(found, spec))))
        other = found.query.showing(when="" if past else "past")
        return {
            "days": days,
            "past": past,
            "cut": cut or len(seen) > MOST,
            "other_url": list_url(found.form, other, view=self.name),
        }


def _besides(found: Found, spec: FieldSpec | None) -> list[FieldSpec]:
    """Return the fields without the date, which is said already."""
    return [one for one in found.specs if one is not spec]
