"""Entries and forms in a real browser: a place on the map, facets, and a form built by hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.gestures import drag, ids, save

pytestmark = pytest.mark.browser

PIECES = "ol.pieces[data-sortable] > [data-id]"


def test_entry_with_a_place_appears_on_the_map(visits: Visits):
    page = visits.open("/-/forms/partenaires/new", person="karim")
    page.fill("[name=title]", "Le Sémaphore")
    page.select_option("[name=activity]", "training")
    page.fill("[data-location] [name$='.city']", "Bordeaux")
    page.locator("svg[data-pick]").click(position={"x": 150, "y": 300})
    latitude = float(page.input_value("[data-lat]"))
    assert 41 < latitude < 52
    save(page)
    expect(page.locator("h1")).to_have_text("Le Sémaphore")
    expect(page.locator(".map.small circle")).to_have_count(1)

    page.goto("/-/forms/partenaires?view=map&q=sémaphore")
    expect(page.locator(".map [data-dot]")).to_have_count(1)
    expect(page.locator(".near-list")).to_contain_text("Le Sémaphore")
    page.locator(".map [data-dot]").click()
    expect(page.locator("h1")).to_have_text("Le Sémaphore")


def test_facets_filter_at_once_and_live_in_the_address(visits: Visits):
    page = visits.open("/-/forms/partenaires")
    entries = page.locator("#results .card")
    before = entries.count()
    choice = page.locator("#filters .check:has([name=activity])").first
    expected = int(choice.locator(".count").inner_text())
    choice.locator("input").check()
    expect(entries).to_have_count(expected)
    assert expected < before
    assert "activity=" in page.url
    page.go_back()
    expect(entries).to_have_count(before)
    expect(page.locator("#filters :checked")).to_have_count(0)
    page.hover("#filters")
    expect(page.locator("script[src*=htmx]")).to_be_attached()
    page.fill("#filter-q", "bobine")
    expect(entries).to_have_count(1)
    expect(page.locator("#filter-q")).to_be_focused()
    page.locator("#results .tag.has").first.click()
    expect(entries).to_have_count(before)


def new_form(page: Page, title: str) -> str:
    """Make a form with a title and one more field; return the address of its builder."""
    page.goto("/-/new-form")
    page.fill("[name=title]", title)
    page.locator("form", has=page.locator("[name=title]")).locator("button[type=submit]").click()
    page.wait_for_url("**/edit*")
    return page.url.partition("?")[0]


def add_field(page: Page, kind: str) -> None:
    """Add a field by its button of the palette."""
    count = page.locator(PIECES).count()
    page.locator(f".palette button[value={kind}]").click()
    expect(page.locator(PIECES)).to_have_count(count + 1)


def test_form_is_built_with_the_keyboard_alone(visits: Visits):
    page = visits.open(person="lea")
    address = new_form(page, "Vélos prêtés")
    start = len(page.locator(PIECES).all())
    for kind in ("number", "date"):
        page.locator(f".palette button[value={kind}]").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".piece.picked [id^=try-]").first).to_be_attached()
    expect(page.locator(PIECES)).to_have_count(start + 2)
    order = ids(page.locator(PIECES))
    chosen = page.locator(".piece.picked")
    moved = chosen.get_attribute("data-id")
    chosen.locator("button[value=up]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(PIECES).nth(order.index(moved) - 1)).to_have_attribute("data-id", moved)
    page.fill("#f-settings", "Rendu le")
    page.locator("#settings .btn.primary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".piece.picked")).to_contain_text("Rendu le")
    page.goto(address.removesuffix("/edit") + "/new")
    expect(page.locator("main form")).to_contain_text("Rendu le")


def test_form_is_built_by_dragging(visits: Visits):
    page = visits.open(person="lea")
    address = new_form(page, "Outils de jardin")
    for kind in ("text", "number", "date"):
        add_field(page, kind)
    before = ids(page.locator(PIECES))
    with page.expect_response(lambda answer: answer.url.endswith("/order")) as kept:
        drag(
            page,
            page.locator(f"#piece-{before[-1]} .grip"),
            page.locator(f"#piece-{before[0]}"),
        )
    assert kept.value.status == 204
    page.goto(address)
    after = ids(page.locator(PIECES))
    assert after.index(before[-1]) < after.index(before[0])
    assert sorted(after) == sorted(before)

    drag(page, page.locator(".palette [data-from=email] button"), page.locator(PIECES).nth(1))
    expect(page.locator(PIECES)).to_have_count(len(before) + 1)
    page.goto(address)
    assert ids(page.locator(PIECES))[-1] in after, (
        "the field was dropped at the end, not in its place"
    )
    expect(page.locator(f"{PIECES} input[type=email]")).to_have_count(1)


def test_removed_field_comes_back_with_undo(visits: Visits):
    page = visits.open(person="lea")
    new_form(page, "Salles")
    add_field(page, "number")
    (field,) = ids(page.locator(PIECES))
    page.locator(".piece.picked button[formaction*=removal]").click()
    expect(page.locator(PIECES)).to_have_count(0)
    page.locator(".toast form button[type=submit]").first.click()
    expect(page.locator(PIECES)).to_have_attribute("data-id", field)
