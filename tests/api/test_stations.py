"""Stations through the API: read, rearrange, and refuse invalid data."""

from __future__ import annotations

import pytest

from wiki.projects.create import Plan
from wiki.projects.create import make as make_station

PAGE = "/pages/Le-Fournil"


@pytest.fixture
def station(world):
    """Create a project of Bob and return its station."""
    with world.app.app_context():
        make_station(Plan("Le Fournil", purpose="Bread"), author=world.actor("bob"))


@pytest.mark.usefixtures("station")
def test_station_is_read_and_rearranged(world, program):
    bob = program("bob")
    page = bob.get(PAGE).get_json()
    assert (page["kind"], page["data"]["purpose"], page["data"]["blocks"]) == (
        "station",
        "Bread",
        [],
    )
    blocks = [{"macro": "welcome", "title": "Hello"}, {"macro": "search", "hidden": True}]
    changed = bob.put(PAGE, data={"blocks": blocks, "stages": [{"label": "Oven"}]})
    assert changed.status_code == 200
    data = changed.get_json()["data"]
    assert data["purpose"] == "Bread"
    assert data["stages"] == [{"label": "Oven", "note": "", "state": "todo"}]
    assert [(block["macro"], block["title"], block["hidden"]) for block in data["blocks"]] == [
        ("welcome", "Hello", False),
        ("search", "", True),
    ]
    assert bob.put(PAGE, data={"blocks": data["blocks"]}).get_json()["revision"] == 2
    screen = world.browser().get("/Le-Fournil")
    assert screen.status_code == 200 and "Oven" in screen.text


@pytest.mark.usefixtures("station")
@pytest.mark.parametrize(
    "data",
    [
        {"blocks": 5},
        {"blocks": ["welcome"]},
        {"blocks": [{"title": "no macro"}]},
        {"blocks": [{"macro": "nothing"}]},
        {"blocks": [{"macro": "welcome", "id": "a"}, {"macro": "welcome", "id": "a"}]},
        {"blocks": [{"macro": "welcome", "id": '"><svg onload=alert(1)>'}]},
        {"blocks": [{"macro": "welcome", "values": {"a": 1}}]},
        {"blocks": [{"macro": "welcome", "hidden": "yes"}]},
        {"blocks": None},
        {"stages": [{"label": "Oven", "url": "javascript:alert(1)"}]},
        {"stages": [{"label": "Oven", "state": "burnt"}]},
        {"contact": "javascript:alert(1)"},
        {"purpose": ["a"]},
        {"colour": "red"},
    ],
    ids=str,
)
def test_invalid_station_data_is_refused(world, program, data):
    refused = program("bob").put(PAGE, data=data)
    assert (refused.status_code, [*refused.get_json()["errors"]]) == (422, ["data"])
    assert program("bob").get(PAGE).get_json()["revision"] == 1
    assert world.browser().get("/Le-Fournil").status_code == 200
