"""A station from nothing: the wizard, then its platforms moved by hand and by buttons."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.gestures import drag, ids

pytestmark = pytest.mark.browser

BLOCKS = "#platforms > [data-id]"


def platforms(page: Page, station: str) -> list[str]:
    """Return the names of the platforms, as the station shows them."""
    page.goto(station)
    shown = page.locator(".platforms .platform h3")
    return shown.evaluate_all("all => all.map(one => one.lastChild.textContent.trim())")


def open_station(page: Page, title: str) -> str:
    """Open a station with the wizard; return its address."""
    page.goto("/-/projects/new")
    page.fill("[name=title]", title)
    page.fill("[name=purpose]", "Réparer ce qui peut l'être.")
    page.locator("[name=template]").nth(1).check()
    page.click("button[name=step][value='2']")
    page.click("button[name=step][value='3']")
    page.fill("[name=contact]", "https://salon.example/reparer")
    page.click("button[name=step][value=open]")
    expect(page.locator(".plate h1")).to_have_text(title)
    return page.url.removeprefix(page.evaluate("location.origin"))


def test_wizard_opens_a_station(visits: Visits):
    page = visits.open(person="karim")
    station = open_station(page, "Atelier vélo")
    expect(page.locator(".station-head .lead")).to_have_text(
        re.compile("Réparer ce qui peut l.être")
    )
    assert len(platforms(page, station)) >= 3
    expect(page.locator(".station-head a[href='https://salon.example/reparer']")).to_be_visible()
    page.goto("/-/projects")
    expect(page.locator(".stations")).to_contain_text("Atelier vélo")


def test_newcomer_opens_a_station_in_five_clicks(visits: Visits):
    """From the home to an open station: each step asks for little, and Enter alone goes on."""
    page = visits.open("/", person="karim")
    clicks = []
    page.expose_function("clicked", lambda: clicks.append(1))
    page.add_init_script(
        "addEventListener('click', event => event.isTrusted && event.detail && clicked(), true)"
    )
    page.goto("/")
    page.get_by_role("link", name="Ouvrir une gare").first.click()
    page.fill("[name=title]", "Chorale du mardi")
    page.fill("[name=purpose]", "Chanter ensemble, sans savoir lire la musique.")
    page.click("button[name=step][value='2']")
    page.click("button[name=step][value='3']")
    page.fill("[name=meeting_title]", "Première répétition")
    page.fill("[name=meeting_day]", "2199-09-12")
    page.click("button[name=step][value=open]")
    expect(page.locator(".plate h1")).to_have_text("Chorale du mardi")
    expect(page.locator(".board")).to_contain_text("Première répétition")
    assert len(clicks) <= 5


def test_platforms_move_by_dragging(visits: Visits):
    page = visits.open(person="karim")
    station = open_station(page, "Atelier couture")
    before = platforms(page, station)
    page.goto(f"/-/projects{station}/arrange")
    blocks = ids(page.locator(BLOCKS))
    with page.expect_response(lambda answer: answer.request.method == "POST") as kept:
        drag(page, page.locator(BLOCKS).nth(2).locator(".grip"), page.locator(BLOCKS).first)
    assert kept.value.status == 303
    done = page.locator("[data-order-status]").get_attribute("data-text-done")
    expect(page.locator("[data-order-status]")).to_have_text(done or "…")
    page.reload()
    after = ids(page.locator(BLOCKS))
    assert after[0] == blocks[2]
    assert platforms(page, station)[0] == before[2]


def test_platforms_move_and_hide_by_buttons(visits: Visits):
    page = visits.open(person="karim")
    station = open_station(page, "Atelier radio")
    before = platforms(page, station)
    page.goto(f"/-/projects{station}/arrange")
    press(page, 0, "down")
    assert platforms(page, station)[:2] == [before[1], before[0]]
    page.goto(f"/-/projects{station}/arrange")
    press(page, 0, "hide")
    assert before[1] not in platforms(page, station)
    page.goto(f"/-/projects{station}/arrange")
    press(page, 0, "show")
    assert platforms(page, station)[0] == before[1]


def test_platforms_are_arranged_without_a_mouse(visits: Visits):
    page = visits.open(person="karim")
    station = open_station(page, "Atelier bois")
    before = platforms(page, station)
    page.goto(f"/-/projects{station}/arrange")
    by_keys(page, 0, "down")
    by_keys(page, 0, "widen")
    assert platforms(page, station)[:2] == [before[1], before[0]]
    expect(page.locator(".platforms > .platform").first).to_have_class(re.compile("broad|closed"))
    page.goto(f"/-/projects{station}/arrange")
    by_keys(page, 0, "remove")
    expect(page.locator(".toast form button")).to_be_visible()
    assert platforms(page, station)[0] == before[0]
    page.goto(f"/-/projects{station}/arrange")
    undo = page.locator("form[action$='/arrange/undo'] button").first
    undo.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert platforms(page, station)[:2] == [before[1], before[0]]


def test_what_was_done_is_undone_from_the_message(visits: Visits):
    page = visits.open(person="karim")
    station = open_station(page, "Atelier terre")
    before = platforms(page, station)
    page.goto(f"/-/projects{station}/arrange")
    press(page, 0, "remove")
    with page.expect_navigation():
        page.locator(".toast form button").click()
    assert platforms(page, station) == before


def by_keys(page: Page, place: int, action: str) -> None:
    """Press the button of an action with the keyboard alone."""
    form = page.locator(BLOCKS).nth(place).locator(f"form:has([name=action][value={action}])")
    form.locator("button").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def press(page: Page, place: int, action: str) -> None:
    """Press the button of an action on the platform at a place."""
    form = page.locator(BLOCKS).nth(place).locator(f"form:has([name=action][value={action}])")
    with page.expect_navigation():
        form.locator("button").click()
