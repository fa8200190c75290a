"""A station, and the list of stations, cost the same with one row and with three."""

from __future__ import annotations

import pytest

from tests.pages.counting import statements
from tests.projects.stations import KEY, add_entry, in_days, make_forms, make_station

MODELS = (
    "meetings",
    "actions",
    "roles",
    "news",
    "our_tools",
    "partners",
    "decisions",
    "channels",
    "resources",
    "wins",
)
PLATFORMS = (
    "purpose",
    "meetings",
    "minutes",
    "agenda",
    "actions",
    "help_wanted",
    "decisions",
    "contacts",
    "news",
    "our_tools",
    "channels",
    "resources",
    "partners",
    "wins",
    "arrivals",
    "members",
    "discuss",
    "ask",
)
MOST = 80
"""Statements of a station of twenty platforms, whatever it holds."""
REQUIRED = {
    "news": {"body": "Words"},
    "channels": {"join": "Come in"},
    "our_tools": {"url": "https://tool.example", "purpose": "Work"},
}
DATED = {"meetings": "date", "actions": "deadline"}


def add_to_all(world, number):
    """Add one entry of each form to the project."""
    for model in MODELS:
        day = in_days(number + 1) if model == "meetings" else in_days(number + 1)[:10]
        dated = {DATED[model]: day} if model in DATED else {}
        add_entry(world, model, title=f"{model} {number}", **dated, **REQUIRED.get(model, {}))


def cost(world, path, name):
    """Return how many statements a reading takes, the second time (the first one may fill caches)."""
    browser = world.browser(name)
    headers = {"HX-Request": "false"}
    browser.get(path, headers=headers)
    with statements(world.app) as seen:
        answer = browser.get(path, headers=headers)
    assert answer.status_code == 200
    assert len(seen) > 3
    return len(seen)


@pytest.mark.parametrize("name", ["", "bob"])
def test_station_costs_the_same_with_one_row_and_three_in_each_platform(world, name):
    make_station(world, *PLATFORMS, "documents", "recent")
    make_forms(world, *MODELS)
    add_to_all(world, 1)
    one = cost(world, f"/{KEY}", name)
    add_to_all(world, 2)
    add_to_all(world, 3)
    assert cost(world, f"/{KEY}", name) == one <= MOST


@pytest.mark.parametrize("name", ["", "bob"])
@pytest.mark.parametrize("path", ["/-/projects", "/"])
def test_list_of_stations_costs_the_same_with_one_and_three(world, path, name):
    make_station(world, "meetings")
    make_forms(world, *MODELS)
    add_to_all(world, 1)
    one = cost(world, path, name)
    for key in ("Le-Jardin", "L-Atelier"):
        make_station(world, "meetings", key=key)
        add_entry(world, "meetings", key, title=f"meeting of {key}", date=in_days(3))
    assert cost(world, path, name) == one


def test_three_platforms_of_one_form_look_for_it_once(world):
    make_forms(world, "meetings")
    make_station(world, "meetings", "meetings", "minutes")
    with statements(world.app) as seen:
        world.browser("bob").get(f"/{KEY}", headers={"HX-Request": "false"})
    # The meetings' form for platforms and board, the actions' for board and greeting.
    assert sum(" FROM form" in one.replace("\n", " ") for one in seen) <= 2
