"""A first page, written on a phone by someone who knows no markup: ten steps, by touch."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.gestures import save, source, write_page
from tests.browser.test_writing import PASTE
from tests.pages.test_attachments import png

pytestmark = pytest.mark.browser

CELLS = "Quand\tQui\n12 mars\tInès\n19 mars\tKarim\n"


def offer_template(visits: Visits) -> None:
    """Have a page of the network offered as a template."""
    page = visits.open(person="karim")
    address = write_page(page, "Modèle de compte rendu", "## Présents\n\n## Décisions\n")
    page.goto(f"{address}/template")
    with page.expect_navigation():
        page.locator("main form[method=post] .btn.primary").first.click()


def choose(page: Page, typed: str, option: str) -> None:
    """Type what opens a menu, then touch what it offers."""
    page.locator("textarea[name=text]").press_sequentially(typed)
    page.locator(".suggest").get_by_role("option", name=option).first.tap()


def test_beginner_writes_a_first_page_on_a_phone(visits: Visits):
    offer_template(visits)
    page = visits.open("/", person="karim", width=390, has_touch=True)
    area = page.locator("textarea[name=text]")
    page.locator("header details.pop:has([href$='/-/new']) > summary").first.tap()
    page.get_by_role("link", name="Nouvelle page").first.tap()
    # 1 and 2: from a template, with a title.
    page.get_by_role("link", name="Modèle de compte rendu").tap()
    expect(area).to_have_value("## Présents\n\n## Décisions\n")
    page.fill("[name=title]", "Ma première page")
    # 3: bold, by the toolbar.
    area.press("Control+End")
    area.press_sequentially("\nImportant")
    area.evaluate("area => area.setSelectionRange(area.value.length - 9, area.value.length)")
    page.locator("[data-md-button=bold]").tap()
    expect(area).to_have_value("## Présents\n\n## Décisions\n\n**Important**")
    # 4 and 5: a link to a page, a link to one that is not there yet.
    area.press("Control+End")
    area.press("Enter")
    choose(page, "/lien", "Lien vers une page")
    choose(page, "accu", "Accueil")
    area.press_sequentially(" puis ")
    choose(page, "[[Le quai des débutants", "Créer")
    # 6: an image, from the phone.
    area.press("Enter")
    area.press("Enter")
    page.locator("[data-upload]").set_input_files(
        {"name": "photo.png", "mimeType": "image/png", "buffer": png(40, 30)}
    )
    page.fill("[data-alt]", "Le quai sous la pluie")
    page.locator("[data-said]").tap()
    expect(page.locator(".sendings li")).to_have_count(0)
    # 7: a table, from a spreadsheet.
    area.press("Control+End")
    area.press("Enter")
    area.evaluate(PASTE, {"plain": CELLS})
    expect(area).to_have_value(
        re.compile(r"\| Quand \| Qui \|\n\| --- \| --- \|\n\| 12 mars \| Inès \|")
    )
    # 8: a component.
    area.press("Control+End")
    area.press("Enter")
    choose(page, "/compo", "Composant")
    page.locator("#components [data-component=toc]").tap()
    page.locator("#components [data-put]").tap()
    expect(page.locator("#components")).to_be_hidden()
    # 9 and 10: saved, and found again.
    save(page)
    assert page.url.endswith("/Ma-premi%C3%A8re-page")
    prose = page.locator(".prose")
    expect(prose.locator("strong")).to_have_text("Important")
    expect(prose.get_by_role("link", name="Accueil")).to_have_attribute("href", "/Accueil")
    expect(prose.locator("a.missing")).to_contain_text("Le quai des débutants")
    expect(prose.locator("img")).to_have_attribute("alt", "Le quai sous la pluie")
    expect(prose.locator("table td").first).to_have_text("12 mars")
    assert "{{toc}}" in source(page, "/Ma-premi%C3%A8re-page")
    page.locator("header details.pop:has([href$='/-/tree']) > summary").first.tap()
    page.get_by_role("link", name="Plan des pages").first.tap()
    page.locator("main").get_by_role("link", name="Ma première page").tap()
    expect(page.locator("main h1")).to_have_text("Ma première page")
