"""One section edited from its heading, and the tree put in order: by keyboard, by hand, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.gestures import drag, save, source, write_page

pytestmark = pytest.mark.browser

TEXT = "Avant.\n\n## Pain\n\nFarine.\n\n## Fromage\n\nLait."


def titles(page: Page) -> list[str]:
    """Return the titles of the tree's own pages of this test, in their order."""
    every = page.locator(".arbor .leaf > a").all_text_contents()
    return [title for title in every if title.startswith("Arbre")]


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_section_is_edited_from_its_heading_by_keyboard(visits: Visits, javascript: bool):
    address = write_page(visits.open(person="karim"), f"Section-{javascript}", TEXT)
    page = visits.open(address, person="ines", java_script_enabled=javascript)
    page.get_by_role("link", name="Pain").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit?section=h-pain")
    text = page.locator("textarea[name=text]")
    expect(text).to_have_value("## Pain\n\nFarine.")
    text.fill("## Pain\n\nFarine complète.")
    save(page)
    assert page.url.endswith(f"{address}#h-pain")
    assert source(page, address) == TEXT.replace("Farine.", "Farine complète.")


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_page_moves_in_the_tree_by_keyboard_and_the_focus_stays(visits: Visits, javascript: bool):
    karim = visits.open(person="karim")
    for letter in "ABC":
        write_page(karim, f"Arbre-{javascript}-{letter}", "x")
    page = visits.open("/-/tree", person="karim", java_script_enabled=javascript)
    row = page.locator(".leaf", has_text=f"Arbre-{javascript}-C")
    row.locator("button[name=up]").focus()
    for _turn in range(2):
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(row.locator("button[name=up]")).to_be_focused()
    mine = [title for title in titles(page) if str(javascript) in title]
    assert [title[-1] for title in mine] == ["C", "A", "B"]
    row = page.locator(".leaf", has_text=f"Arbre-{javascript}-A")
    row.locator("button[name=in]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(row.locator("button[name=in]")).to_be_focused()
    expect(page.locator("ul ul .leaf", has_text=f"Arbre-{javascript}-A")).to_be_visible()


def test_page_is_dragged_before_another_and_the_message_undoes_it(visits: Visits):
    page = visits.open(person="karim")
    for letter in "XY":
        write_page(page, f"Arbre-drag-{letter}", "x")
    page.goto("/-/tree")
    first, second = (page.locator(".leaf", has_text=f"Arbre-drag-{letter}") for letter in "XY")
    page.locator("body").hover()
    expect(page.locator("[data-sortable=on]").first).to_be_attached()
    drag(page, second.locator(".grip"), first)
    undo = page.locator(".toast form button")
    expect(undo).to_be_visible(timeout=10_000)
    mine = [title for title in titles(page) if "drag" in title]
    assert [title[-1] for title in mine] == ["Y", "X"]
    with page.expect_navigation():
        undo.click()
    mine = [title for title in titles(page) if "drag" in title]
    assert [title[-1] for title in mine] == ["X", "Y"]


def test_renaming_shows_its_progress_and_one_click_undoes_it(visits: Visits):
    page = visits.open(person="karim")
    old = write_page(page, "Ancien-nom", "x")
    linking = write_page(page, "Qui-pointe", "[[Ancien-nom]]")
    page.goto(f"{old}/move")
    page.fill("[name=name]", "Nouveau-nom")
    save(page)
    page.mouse.move(200, 200)
    expect(page.locator("#progress progress[value='1']")).to_be_visible(timeout=20_000)
    expect(page.locator("#progress:not([hx-get])")).to_be_visible(timeout=20_000)
    assert source(page, linking) == "[[Nouveau-nom]]"
    with page.expect_navigation():
        page.locator("#progress form button").click()
    page.mouse.move(300, 300)
    expect(page.locator("#progress:not([hx-get])")).to_be_visible(timeout=20_000)
    assert source(page, linking) == "[[Ancien-nom]]"
