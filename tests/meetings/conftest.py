"""A station of Bob's with a meeting to come, and the forms that meetings need."""

from __future__ import annotations

import pytest

from tests.projects.stations import KEY, add_entry, in_days, make_forms, make_station
from tests.world import World

MEETING = "Prices"


@pytest.fixture
def meeting(world: World) -> str:
    """A meeting of Bob's project in three days: its name."""
    make_station(world, "meetings", "minutes")
    make_forms(world, "meetings", "decisions", "actions")
    add_entry(world, "meetings", KEY, title=MEETING, date=in_days(3), duration=60)
    return MEETING
