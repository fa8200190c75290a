"""The six questions, on a station of each template, as a guest, a member and on a phone: one click at most."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.test_axe import AXE, culprits, resize, violations

pytestmark = pytest.mark.browser

TEMPLATES = ("association", "network", "event", "chatons", "working-group", "third-place")
READERS = {"guest": ("", 1280), "member": ("karim", 1280), "phone": ("", 390)}
ROOM = "https://salon.example/bonjour"


@pytest.fixture(scope="module")
def opened() -> dict[str, str]:
    """The stations opened so far, by template: each serves the three readers."""
    return {}


def station_of(visits: Visits, template: str, opened: dict[str, str]) -> str:
    """Open a station with the wizard as anyone would, and write what members write in a first month."""
    if template not in opened:
        page = visits.open(person="lea")
        title = f"Essai {template}"
        page.goto("/-/projects/new")
        page.fill("[name=title]", title)
        page.fill("[name=purpose]", "Répondre aux six questions.")
        page.locator(f"[name=template][value='{template}']").check()
        page.click("button[name=step][value='2']")
        page.click("button[name=step][value='3']")
        page.fill("[name=meeting_title]", f"Réunion {template}")
        page.fill("[name=meeting_day]", "2199-06-12")
        page.fill("[name=meeting_hour]", "18:30")
        page.fill("[name=contact]", ROOM)
        page.fill("[name=people]", "karim")
        page.click("button[name=step][value=open]")
        expect(page.locator(".plate h1")).to_have_text(title)
        opened[template] = page.url.removeprefix(visits.url)
        number = re.search(r"project=(\d+)", page.content())
        assert number
        role = {
            "title": f"Clés {template}",
            "holder": "Inès Caradec",
            "contact": "ines@example.org",
        }
        add(page, "roles", number[1], role)
        past = {"title": f"Passée {template}", "date": "2020-03-02", "date.time": "18:00"}
        add(page, "reunions", number[1], past | {"minutes": f"Décidé : oui, {template}."})
    return opened[template]


def add(page: Page, form: str, project: str, answers: dict[str, str]) -> None:
    """Add an entry of the project by its form."""
    page.goto(f"/-/forms/{form}/new?project={project}")
    for name, answer in answers.items():
        page.fill(f"[name='{name}']", answer)
    with page.expect_navigation():
        page.locator("main form .btn.primary").last.click()
    expect(page.locator("h1")).to_contain_text(answers["title"])


def platform(page: Page, words: str) -> Callable[[], None]:
    """Return the click on the way on of the platform that holds these words."""
    way = page.locator(".platform", has_text=re.compile(words)).locator(".way").first
    expect(way).to_be_visible()
    return lambda: way.click()


def at_the_head_of_a_phone(page: Page) -> None:
    """The platforms are one tap away, in the first window already."""
    way = page.locator(".quays a").nth(1)
    box = way.bounding_box()
    assert box and box["y"] + box["height"] < 844
    number = way.locator("b").inner_text()
    way.click()
    expect(page.locator(f"#voie-{number}")).to_be_in_viewport()


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("template", TEMPLATES)
def test_six_questions_are_answered_in_one_click(
    visits: Visits, opened: dict[str, str], template: str, reader: str
):
    station = station_of(visits, template, opened)
    person, width = READERS[reader]
    page = visits.open(station, person=person, width=width)

    # When is the next meeting? It is read without a click.
    expect(page.locator(".board")).to_contain_text(f"Réunion {template}")
    expect(page.locator(".board")).to_contain_text("12 juin 2199")

    if reader == "phone":
        at_the_head_of_a_phone(page)

    # Who takes care of the keys? How do I reach them?
    platform(page, f"Clés {template}")()
    expect(page.locator("main")).to_contain_text("Inès Caradec")
    page.goto(station)
    assert page.locator(".station-head a", has_text="Écrire").get_attribute("href") == ROOM

    # Where are the last minutes?
    platform(page, f"Passée {template}")()
    expect(page.locator("main")).to_contain_text(f"Décidé : oui, {template}.")

    # Where do I drop my contribution?
    page.goto(station)
    drop = page.locator(f".platform a.way[href$='{station}/attachments']").first
    drop.click()
    expect(page.locator("input[type=file]").first).to_be_attached()

    # How do I join the channel?
    page.goto(station)
    room = page.locator(f".platform a.way[href='{ROOM}']").first
    expect(room).to_be_visible()


@pytest.mark.parametrize("template", TEMPLATES)
def test_station_of_each_template_is_for_everyone(
    visits: Visits, opened: dict[str, str], template: str
):
    """axe finds nothing, light and dark; nothing scrolls sideways at 320 px; every way on is reached by Tab."""
    page = visits.open(station_of(visits, template, opened))
    page.evaluate(AXE.axe_script)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert violations(page) == {}, theme
    resize(page, 320)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320, culprits(page)
    ways = page.locator(".platforms a.way")
    assert ways.count() >= 5
    assert ways.evaluate_all("all => all.every(one => one.tabIndex === 0 && one.href)")


def test_empty_platforms_tell_a_guest_whom_to_ask(visits: Visits, opened: dict[str, str]):
    """What nobody opened yet: those who may are told how, a guest is told whom to ask."""
    station = station_of(visits, "association", opened)
    guest, member = visits.open(station), visits.open(station, person="karim")
    closed = guest.locator(".platform.closed")
    assert closed.count() >= 1
    for at in range(closed.count()):
        way = closed.nth(at).locator("a.way")
        assert way.count() == 0 or way.get_attribute("href")
    assert member.locator(".platform.closed a.way").count() >= 1
