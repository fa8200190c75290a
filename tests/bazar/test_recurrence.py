"""Dates that come back, and periods."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.bazar.people import add, field, head, make_with
from tests.world import World
from wiki.bazar.entries import entries
from wiki.bazar.field import BadValue
from wiki.bazar.forms import forms
from wiki.pages.content import Content


def test_recurrence_gives_its_times_without_the_cancelled(world: World) -> None:
    form = make_with(world, field("when", "recurrence", "When", options={"time": True}))
    raw = {
        "start": "2026-10-06T18:30",
        "end": "2026-10-06T20:00",
        "rule": "FREQ=WEEKLY;BYDAY=TU;COUNT=5",
        "except": {"2026-10-13": "", "2026-10-20": "2026-10-21T19:00"},
    }
    name = add(world, "Choir", when=raw)
    with world.app.test_request_context():
        spec = form.specs()[1]
        kind, value = forms.type_of(spec), head(world, name)["when"]
        spans = kind.occurrences(
            spec, value, datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
        )
        days = [span.start.strftime("%d/%m %H:%M") for span in spans]
        # The hour stays the same through the change of hour, on 25 October.
        assert days == ["06/10 18:30", "21/10 19:00", "27/10 18:30", "03/11 18:30"]
        assert (spans[0].end - spans[0].start).total_seconds() == 5400
        assert entries.values_of(form, Content("", "", {"when": value}))["when"] == value


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;COUNT=99999",
        "FREQ=DAILY;COUNT=3;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=99991231",
        "FREQ=DAILY;UNTIL=20260230",
        "RDATE:20260101",
        "FREQ=WEEKLY;BYDAY=XX",
        "INTERVAL=2",
        "FREQ=DAILY\nDTSTART:19700101T000000",
    ],
)
def test_rule_that_never_or_always_happens_is_refused(world: World, rule: str) -> None:
    form = make_with(world, field("when", "recurrence", "When"))
    with world.app.test_request_context(), pytest.raises(BadValue):
        forms.type_of(form.specs()[1]).clean(form.specs()[1], {"start": "2026-10-06", "rule": rule})


def test_period_is_found_by_what_it_overlaps(world: World) -> None:
    make_with(world, field("when", "period", "When"))
    add(world, "Summer", when={"start": "2026-06-21", "end": "2026-09-20"})
    bob = world.browser("bob")
    assert "Summer" in bob.get("/-/forms/orgs?when.from=2026-08-01&when.to=2026-08-02").text
    assert "Summer" not in bob.get("/-/forms/orgs?when.from=2026-10-01").text
