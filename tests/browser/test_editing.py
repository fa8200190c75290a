"""Two people on one page, and a browser that dies: nothing typed is ever lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.gestures import save, source, write_page

pytestmark = pytest.mark.browser

THREE = "Le quai un.\n\nLe quai deux.\n\nLe quai trois."


def replace(page: Page, old: str, new: str) -> None:
    """Change some words in the editor, as typed text."""
    text = page.locator("textarea[name=text]")
    text.fill(text.input_value().replace(old, new))


def test_two_people_on_different_paragraphs_are_merged_without_a_question(visits: Visits):
    karim, ines = visits.open(person="karim"), visits.open(person="ines")
    address = write_page(karim, "Deux-mains", THREE)
    karim.goto(f"{address}/edit")
    ines.goto(f"{address}/edit")
    replace(karim, "quai un", "quai un de Karim")
    save(karim)
    replace(ines, "quai trois", "quai trois d'Inès")
    save(ines)
    assert ines.url.endswith(address)
    assert source(ines, address) == "Le quai un de Karim.\n\nLe quai deux.\n\nLe quai trois d'Inès."


def collide(visits: Visits, name: str) -> tuple[Page, str]:
    """Have Karim and Inès change the same line; return Inès's page, on the conflict."""
    karim, ines = visits.open(person="karim"), visits.open(person="ines")
    address = write_page(karim, name, THREE)
    karim.goto(f"{address}/edit")
    ines.goto(f"{address}/edit")
    replace(karim, "quai deux", "quai de Karim")
    save(karim)
    replace(ines, "quai deux", "quai d'Inès")
    save(ines)
    return ines, address


def test_same_line_shows_both_texts_and_one_click_keeps_them(visits: Visits):
    ines, address = collide(visits, "Même-ligne")
    theirs, mine = ines.locator(".versus > section").all()
    expect(theirs).to_contain_text("quai de Karim")
    expect(mine).to_contain_text("quai d'Inès")
    assert "Inès" not in source(ines, address)
    save(ines)
    assert ines.url.endswith(address)
    kept = source(ines, address)
    assert "Le quai de Karim." in kept and "Le quai d'Inès." in kept
    assert kept.startswith("Le quai un.") and kept.endswith("Le quai trois.")


def test_same_line_keeps_what_was_chosen_and_the_other_stays_in_the_history(visits: Visits):
    ines, address = collide(visits, "Mienne")
    chosen = "Le quai un.\n\nLe quai d'Inès.\n\nLe quai trois."
    ines.fill("textarea[name=text]", chosen)
    save(ines)
    assert source(ines, address) == chosen
    ines.goto(f"{address}/revisions/2")
    expect(ines.locator("main")).to_contain_text("Le quai de Karim.")


def test_killed_browser_finds_its_draft_on_another_device(visits: Visits):
    ines = visits.open(person="ines")
    address = write_page(ines, "Brouillon-suivi", THREE)
    ines.goto(f"{address}/edit")
    with ines.expect_response(
        lambda answer: answer.request.method == "PUT", timeout=20_000
    ) as kept:
        ines.locator("textarea[name=text]").press_sequentially("Tapé avant la panne. ")
    assert kept.value.ok
    ines.context.close()

    other = visits.open(f"{address}/edit", person="ines")
    expect(other.locator("textarea[name=text]")).to_have_value(re.compile("Le quai un"))
    other.locator("[data-draft=take]").click()
    expect(other.locator("textarea[name=text]")).to_have_value(re.compile("Tapé avant la panne"))
    assert "Tapé" not in source(other, address)
    save(other)
    assert "Tapé avant la panne." in source(other, address)
    other.goto(f"{address}/edit")
    expect(other.locator("[data-draft=take]")).to_have_count(0)


REFUSES_TO_KEEP = """
Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError") };
"""


def test_server_away_is_told_and_nothing_typed_is_lost(visits: Visits):
    """No false sign: what neither the browser nor the server keeps is said so, in words and in red."""
    ines = visits.open(person="ines")
    address = write_page(ines, "Serveur-absent", THREE)
    ines.add_init_script(REFUSES_TO_KEEP)
    ines.goto(f"{address}/edit")
    status = ines.locator("[data-draft-status]")
    ines.route("**/draft*", lambda route: route.abort())
    ines.locator("textarea[name=text]").press_sequentially("Tapé sans serveur. ")
    expect(status).to_have_class(re.compile("lost"), timeout=20_000)
    expect(status).to_contain_text("non gardé")
    # The browser says of its own that a request failed: nothing else did.
    assert all("ERR_FAILED" in trouble for trouble in visits.troubles), visits.troubles
    visits.troubles.clear()
    ines.unroute("**/draft*")
    with ines.expect_response(lambda answer: answer.request.method == "PUT", timeout=20_000):
        ines.locator("textarea[name=text]").press_sequentially("Puis il revient. ")
    expect(status).not_to_have_class(re.compile("lost"))
    save(ines)
    assert "Tapé sans serveur. Puis il revient." in source(ines, address)


def test_killed_browser_without_account_finds_its_draft_on_the_same_device(
    visits: Visits, tmp_path: Path
):
    address = write_page(visits.open(), "Brouillon-local", THREE)
    first = visits.open_profile(tmp_path, f"{address}/edit")
    first.locator("textarea[name=text]").press_sequentially("Sans compte. ")
    expect(first.locator("[data-draft-status]")).not_to_be_empty(timeout=10_000)
    first.context.close()

    second = visits.open_profile(tmp_path, f"{address}/edit")
    expect(second.locator("textarea[name=text]")).to_have_value(re.compile("^Le quai un"))
    second.locator("[data-draft=take]").click()
    expect(second.locator("textarea[name=text]")).to_have_value(re.compile("Sans compte"))
    save(second)
    assert "Sans compte." in source(second, address)


def test_double_click_on_the_text_edits_it(visits: Visits):
    page = visits.open()
    address = write_page(page, "Double-clic", THREE)
    page.goto(address)
    page.locator(".prose p").first.dblclick()
    page.wait_for_url(f"**{address}/edit")


def test_ctrl_s_saves_and_stays_where_the_caret_was(visits: Visits):
    page = visits.open(person="karim")
    address = write_page(page, "Rester", THREE)
    page.goto(f"{address}/edit")
    text = page.locator("textarea[name=text]")
    text.focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Ici. ")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    assert page.url.endswith("/edit")
    assert source(page, address).startswith("Ici. Le quai un.")
    expect(text).to_be_focused()
    page.keyboard.type("Encore. ")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert page.url.endswith(address)
    assert source(page, address).startswith("Ici. Encore. Le quai un.")
