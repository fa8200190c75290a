"""Everything that matters, with scripts off: read, search, write, collide, filter, sign in, add, arrange."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.demo import sign_in
from tests.browser.gestures import save, source, write_page
from tests.browser.screens import PAGE

pytestmark = pytest.mark.browser

BARE: dict[str, Any] = {"java_script_enabled": False}
THREE = "Le quai un.\n\nLe quai deux.\n\nLe quai trois."


def test_reader_reads_and_searches(visits: Visits):
    page = visits.open("/", **BARE)
    page.locator(".stations a").first.click()
    expect(page.locator(".plate h1")).to_be_visible()
    page.goto(PAGE)
    expect(page.locator(".prose h2").first).to_be_visible()
    assert page.locator("[data-set-theme]").first.is_hidden(), "a button that cannot work is hidden"
    page.fill("#q", "nextcloud")
    page.press("#q", "Enter")
    expect(page.locator(".hits")).to_contain_text("Migrer une association vers Nextcloud")
    page.locator(".facets input[type=checkbox]").first.check()
    page.locator(".facets .btn").click()
    expect(page.locator(".facets input[type=checkbox]").first).to_be_checked()


def test_reader_uses_the_menus(visits: Visits):
    page = visits.open(PAGE, width=390, **BARE)
    page.locator("header details.pop.narrow summary").click()
    page.locator("header details.pop.narrow a").nth(1).click()
    expect(page.locator(".stations")).to_be_visible()


def test_writer_looks_at_the_preview_then_saves(visits: Visits):
    page = visits.open(**BARE)
    address = write_page(page, "Sans-script", THREE)
    page.goto(f"{address}/edit")
    page.fill("textarea[name=text]", "## Un titre\n\nDu **gras**.")
    with page.expect_navigation():
        page.click("button[name=preview]")
    expect(page.locator("#text-preview h2")).to_have_text("Un titre")
    assert source(page, address) == THREE, "a preview saves nothing"
    save(page)
    assert source(page, address) == "## Un titre\n\nDu **gras**."


def test_writers_who_collide_get_both_texts(visits: Visits):
    one, other = visits.open(**BARE), visits.open(**BARE)
    address = write_page(one, "Collision-sans-script", THREE)
    one.goto(f"{address}/edit")
    other.goto(f"{address}/edit")
    one.fill("textarea[name=text]", THREE.replace("deux", "de l'une"))
    save(one)
    other.fill("textarea[name=text]", THREE.replace("deux", "de l'autre"))
    save(other)
    theirs, mine = other.locator(".versus > section").all()
    expect(theirs).to_contain_text("de l'une")
    expect(mine).to_contain_text("de l'autre")
    save(other)
    assert {"de l'une", "de l'autre"} <= {
        words for words in ("de l'une", "de l'autre") if words in source(other, address)
    }


def test_reader_filters_a_list(visits: Visits):
    page = visits.open("/-/forms/partenaires?view=cards", **BARE)
    choice = page.locator("#filters .check:has([name=activity])").first
    expected = int(choice.locator(".count").inner_text())
    choice.locator("input").check()
    page.click("#filters button[type=submit]")
    expect(page.locator("#results .card")).to_have_count(expected)
    page.locator("nav.tabs a[href*='view=map']").click()
    expect(page.locator(".near-list > li")).to_have_count(expected)


def test_list_is_sorted(visits: Visits):
    page = visits.open("/-/forms/partenaires?view=cards", **BARE)
    first = page.locator("#results .card h2").first.inner_text()
    choices = page.locator("select[name=sort] option")
    page.select_option("select[name=sort]", index=choices.count() - 1)
    page.click("#filters button[type=submit]")
    expect(page.locator("#results .card h2").first).not_to_have_text(first)


def test_member_signs_in_and_adds_an_entry(visits: Visits):
    page = visits.open(**BARE)
    sign_in(page, "karim")
    page.goto("/-/forms/partenaires")
    page.locator("a[href$='/partenaires/new']").first.click()
    page.locator("main .btn.primary").click()
    page.fill("[name=title]", "Le Phare")
    page.fill("[data-lat]", "48,39")
    page.fill("[data-lon]", "-4,48")
    save(page)
    expect(page.locator("h1")).to_have_text("Le Phare")
    expect(page.locator(".map.small circle")).to_have_count(1)


def test_member_arranges_a_station(visits: Visits):
    page = visits.open(person="karim", **BARE)
    titles = platforms(page)
    page.goto("/-/projects/Offre-commune/arrange")
    press(page, "down")
    assert platforms(page)[:2] == [titles[1], titles[0]]
    page.goto("/-/projects/Offre-commune/arrange")
    press(page, "down")
    assert platforms(page) == titles


def platforms(page: Page) -> list[str]:
    page.goto("/Offre-commune")
    return [title.rpartition("\n")[2] for title in page.locator(".platforms h3").all_inner_texts()]


def press(page: Page, action: str) -> None:
    first = page.locator("#platforms > [data-id]").first
    with page.expect_navigation():
        first.locator(f"form:has([name=action][value={action}]) button").click()
