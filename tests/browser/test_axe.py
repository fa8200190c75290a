"""axe finds nothing on any screen, light and dark, on a phone and on a desk; nothing scrolls sideways."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import passing
from tests.browser.conftest import HEIGHTS, Visits
from tests.browser.screens import ADMIN, SCREENS, Screen
from wiki.bazar.remote import address

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FEW = ((1280, "dark"), (390, "light"))
"""Both widths and both themes; `make test-long` looks at the other two pairs as well."""
ALL = (*FEW, (1280, "light"), (390, "dark"))
# In a long list, what comes after is made as what came before.
REST = {"exclude": ["main li:nth-child(n+13)", "main tr:nth-child(n+13)"]}
AXE = Axe()


@pytest.fixture(scope="module")
def readers(demo, chromium, signed_in) -> Iterator[tuple[Visits, dict[str, Page]]]:
    """An anonymous and an admin, who keep their pages from one screen to the next."""
    visits = Visits(demo.url, chromium, signed_in)
    yield visits, {person: visits.open(person=person, width=1280) for person in ("", ADMIN)}
    visits.close()


@pytest.mark.parametrize(
    "pairs", [FEW, pytest.param(ALL, marks=pytest.mark.slow)], ids=["two", "all"]
)
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_screen_is_accessible_at_both_widths_in_both_themes(readers, screen: Screen, pairs):
    visits, pages = readers
    page = pages[screen.person]
    visits.troubles.clear()
    resize(page, 1280)
    screen.open(page)
    look_at(page, screen.name, pairs)
    assert visits.troubles == []


def test_what_only_changing_the_demo_would_show_is_accessible(readers, world, monkeypatch):
    monkeypatch.setattr(address, "ask", lambda _url: json.loads(passing.TOLD.read_text()))
    visits, pages = readers
    visits.troubles.clear()
    # A page of its own: what it is made to answer is for no other screen.
    page = pages[ADMIN].context.new_page()
    for answer in passing.answers(world):
        resize(page, 1280)
        passing.show(page, answer)
        look_at(page, answer.name, FEW)
    page.close()
    assert visits.troubles == []


def look_at(page: Page, name: str, pairs: Iterable[tuple[int, str]]) -> None:
    """Find nothing wrong in a page, at each width and theme, and nothing that scrolls sideways."""
    found: dict[str, dict[str, list[str]]] = {}
    page.evaluate(AXE.axe_script)
    for width, theme in pairs:
        resize(page, width)
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for rule, nodes in violations(page).items():
            found.setdefault(rule, {}).setdefault(f"{width} {theme}", nodes)
    resize(page, 320)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert found == {}, name
    assert wide <= 320, f"{name} scrolls sideways: {wide} px, {culprits(page)}"


def violations(page: Page) -> dict[str, list[str]]:
    """Return what axe finds: rule -> elements, with what it says of them."""
    options = {"runOnly": TAGS, "resultTypes": ["violations"]}
    answer = page.evaluate("([rest, options]) => axe.run(rest, options)", [REST, options])
    return {
        one["id"]: [f"{node['target'][0]}: {node['failureSummary']}" for node in one["nodes"][:4]]
        for one in answer["violations"]
    }


def resize(page: Page, width: int) -> None:
    """Give the window a width, and the height of the whole page: what sticks to its foot covers nothing then."""
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(height, HEIGHTS[width])})


def culprits(page: Page) -> list[str]:
    """Name the elements that stand out at the right, to mend them."""
    return page.evaluate(
        "() => [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 321)"
        ".slice(0, 8).map(e => e.outerHTML.slice(0, 120))"
    )
