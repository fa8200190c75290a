"""A save while files are still on their way: it waits for them, and the mark that stands for one is never published."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Locator, Page, Route, expect

from tests.browser.conftest import Visits
from tests.browser.gestures import save, source, write_page
from tests.browser.test_visual import open_visual, press
from tests.browser.test_writing import PIXEL, paste
from tests.pages.test_attachments import png

pytestmark = pytest.mark.browser

PICTURE = {"name": "photo.png", "mimeType": "image/png", "buffer": png(10, 10)}
SECOND = PICTURE | {"name": "le quai [2].png"}
PLAN = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"plan"}
DROP = """(area, [name, type, content]) => {
  const dataTransfer = new DataTransfer();
  const bytes = Uint8Array.from(atob(content), char => char.charCodeAt(0));
  dataTransfer.items.add(new File([bytes], name, { type }));
  area.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
}"""


def by_button(page: Page, area: Locator) -> None:
    page.locator("form.editor-form .btn.primary").first.click()


def by_key(keys: str) -> Callable[[Page, Locator], None]:
    def press_keys(page: Page, area: Locator) -> None:
        area.focus()
        area.press(keys)

    return press_keys


def by_key_in_the_question(page: Page, area: Locator) -> None:
    page.locator("[data-alt]").press("Control+Enter")


def by_stay(page: Page, area: Locator) -> None:
    page.locator("button[name=stay]").first.evaluate("button => button.form.requestSubmit(button)")


WAYS = [by_button, by_key("Control+Enter"), by_key("Control+s"), by_stay, by_key_in_the_question]


def choose(page: Page, *files: dict) -> None:
    page.locator("[data-upload]").set_input_files(list(files))


def writing(visits: Visits, name: str, **who: str) -> tuple[Page, Locator, str]:
    """Open the editor of a new page, the caret at the end of its text."""
    page = visits.open(**who)
    address = write_page(page, name, "Texte.")
    page.goto(f"{address}/edit")
    area = page.locator("textarea[name=text]")
    area.press("Control+End")
    return page, area, address


def held_back(page: Page, pattern: str = "**/attachments") -> list[Route]:
    """Keep the uploads of a page on their way until the test lets them go on."""
    routes: list[Route] = []
    page.route(pattern, lambda route: routes.append(route))
    return routes


def until_sent(page: Page, routes: list[Route], count: int = 1) -> None:
    for _ in range(100):
        if len(routes) >= count:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{len(routes)} uploads")


@pytest.mark.parametrize("way", range(len(WAYS)))
def test_save_answers_the_question_that_was_left_with_the_name_of_the_file(
    visits: Visits, way: int
):
    page, area, address = writing(visits, f"Question {way}")
    choose(page, PICTURE)
    expect(area).to_have_value(re.compile(r"Envoi de photo\.png"))
    with page.expect_navigation():
        WAYS[way](page, area)
    assert source(page, address) == "Texte. ![photo](photo.png)"


def test_save_keeps_the_words_typed_so_far_and_those_of_the_others(visits: Visits):
    page, area, address = writing(visits, "Question à moitié")
    choose(page, PICTURE, SECOND, PLAN)
    page.locator("[data-alt]").first.fill("Le quai, le ma")
    with page.expect_navigation():
        by_key("Control+Enter")(page, area)
    text = source(page, address)
    assert "![Le quai, le ma](photo.png)\n" in text
    assert re.search(r"!\[le quai  ?2 ?\]\(", text), text
    assert "[plan.txt](attachment:plan.txt)" in text
    assert "Envoi" not in text


@pytest.mark.parametrize("how", ["choose", "paste", "drop"])
@pytest.mark.parametrize("is_picture", [True, False])
def test_save_waits_for_what_is_still_travelling(visits: Visits, how: str, is_picture: bool):
    page, area, address = writing(visits, f"Envoi {how} {is_picture}", person="karim")
    routes = held_back(page)
    name, kind = ("quai.png", "image/png") if is_picture else ("plan.txt", "text/plain")
    if how == "choose":
        choose(page, PICTURE | {"name": name, "mimeType": kind})
    elif how == "paste":
        paste(area, files=[[name, kind, PIXEL]])
    else:
        area.evaluate(DROP, [name, kind, PIXEL])
    until_sent(page, routes)
    by_button(page, area)
    page.wait_for_timeout(300)
    assert source(page, address) == "Texte."
    area.press_sequentially(" Encore.")
    by_button(page, area)
    with page.expect_navigation():
        routes[0].continue_()
    text = source(page, address)
    assert "Envoi" not in text
    assert name in text
    assert "Encore." in text
    assert page.locator(f".prose :is(img, a)[{'src' if is_picture else 'href'}*='{name}']").count()


def test_save_at_the_moment_of_the_choice_waits_for_the_script_that_sends(visits: Visits):
    page, area, address = writing(visits, "Envoi immédiat")
    routes = held_back(page, "**/uploads*.js*")
    choose(page, PICTURE)
    until_sent(page, routes)
    by_button(page, area)
    with page.expect_navigation():
        routes[0].continue_()
    assert source(page, address) == "Texte. ![photo](photo.png)"


def test_save_stops_where_a_file_fails_and_the_next_goes_on_without(visits: Visits):
    page, area, address = writing(visits, "Envoi manqué")
    routes = held_back(page)
    choose(page, PICTURE)
    until_sent(page, routes)
    by_button(page, area)
    routes[0].abort()
    expect(page.locator("[data-draft-status]")).to_contain_text("Non enregistré\u202f: photo.png")
    expect(page.locator(".sendings li")).to_contain_text("le serveur ne répond pas")
    expect(area).to_have_value("Texte. ")
    assert source(page, address) == "Texte."
    page.unroute("**/attachments")
    page.get_by_role("button", name="Envoyer de nouveau").click()
    expect(area).to_have_value("Texte. ![photo](photo.png)")
    save(page)
    assert source(page, address) == "Texte. ![photo](photo.png)"
    page.goto(f"{address}/edit")
    page.route("**/attachments", lambda route: route.abort())
    choose(page, PLAN)
    expect(page.locator(".sendings li")).to_contain_text("le serveur ne répond pas")
    save(page)
    assert "Envoi" not in source(page, address)


def test_file_left_out_while_the_save_waits_lets_it_go_on(visits: Visits):
    page, area, address = writing(visits, "Envoi laissé")
    routes = held_back(page)
    choose(page, PICTURE)
    until_sent(page, routes)
    by_button(page, area)
    with page.expect_navigation():
        page.get_by_role("button", name="Ne pas mettre ce fichier").click()
    assert source(page, address) == "Texte."


def test_mark_that_ctrl_z_brings_back_is_saved_as_its_picture(visits: Visits):
    page, area, address = writing(visits, "Envoi annulé")
    choose(page, PICTURE)
    page.locator("[data-alt]").press("Enter")
    expect(area).to_have_value("Texte. ![](photo.png)")
    area.press("Control+z")
    expect(area).to_have_value(re.compile("Envoi de photo"))
    save(page)
    assert source(page, address) == "Texte. ![](photo.png)"


def test_draft_holds_no_mark_and_leaving_asks_while_a_file_travels(visits: Visits):
    page, area, address = writing(visits, "Brouillon sans marque", person="karim")
    routes = held_back(page)
    area.press_sequentially(" Suite.")
    with page.expect_request("**/draft*") as sent:
        choose(page, PICTURE)
    until_sent(page, routes)
    assert "sending" not in (sent.value.post_data or "")
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    page.goto(f"{address}/edit")
    assert asked == ["beforeunload"]
    page.locator("[data-draft=take]").click()
    expect(page.locator("textarea[name=text]")).to_have_value(re.compile(r"^Texte\. Suite\. ?$"))


def test_draft_made_while_the_question_waits_holds_the_picture(visits: Visits):
    page, area, _address = writing(visits, "Brouillon en image", person="karim")
    choose(page, PICTURE)
    with page.expect_request(
        lambda one: "/draft" in one.url and "photo.png" in (one.post_data or "")
    ):
        page.wait_for_timeout(100)
    assert "Envoi" in area.input_value()


def test_section_is_saved_with_its_picture(visits: Visits):
    page = visits.open()
    address = write_page(page, "Parties en image", "## Un\n\nUn.\n\n## Deux\n\nDeux.")
    page.goto(f"{address}/edit?section=h-un")
    area = page.locator("textarea[name=text]")
    area.press("Control+End")
    choose(page, PICTURE)
    expect(area).to_have_value(re.compile("Envoi de photo"))
    by_key("Control+Enter")(page, area)
    page.wait_for_url(lambda url: "/edit" not in url)
    assert source(page, address) == "## Un\n\nUn. ![photo](photo.png)\n\n## Deux\n\nDeux."


def test_page_to_be_holds_the_picture_of_a_question_that_was_left(visits: Visits):
    page = visits.open("/-/new?name=Page-en-image")
    page.fill("[name=title]", "Page en image")
    choose(page, PICTURE)
    expect(page.locator("[data-alt]")).to_be_focused()
    save(page)
    assert page.locator(".prose img").get_attribute("src") == "/Page-en-image/attachments/photo.png"


@pytest.mark.parametrize("goes_back", [False, True])
def test_visual_mode_waits_too_and_puts_the_file_where_one_writes(visits: Visits, goes_back: bool):
    page = visits.open()
    address = write_page(page, f"Visuel {goes_back}", "Texte.")
    open_visual(page, address)
    press(page, "End")
    routes = held_back(page)
    choose(page, PICTURE)
    until_sent(page, routes)
    if goes_back:
        page.click("[data-visual]")
        page.locator("textarea[name=text]").press_sequentially(" Suite.")
    by_button(page, page.locator("textarea[name=text]"))
    page.wait_for_timeout(300)
    assert source(page, address) == "Texte."
    with page.expect_navigation():
        routes[0].continue_()
    text = source(page, address)
    assert "![photo](photo.png)" in text
    assert "Texte." in text
    assert ("Suite." in text) is goes_back


def test_visual_mode_stops_the_save_where_a_file_fails(visits: Visits):
    page = visits.open()
    address = write_page(page, "Visuel manqué", "Texte.")
    open_visual(page, address)
    routes = held_back(page)
    choose(page, PICTURE)
    until_sent(page, routes)
    by_button(page, page.locator("textarea[name=text]"))
    routes[0].abort()
    expect(page.locator("[data-draft-status]")).to_contain_text("Non enregistré\u202f: photo.png")
    assert page.url.endswith("/edit")


def test_page_to_be_holds_the_file_of_the_visual_mode(visits: Visits):
    page = visits.open("/-/new?name=Visuel-à-venir")
    page.fill("[name=title]", "Visuel à venir")
    page.click("[data-visual]")
    expect(page.locator(".editor.visual")).to_be_visible()
    choose(page, PICTURE)
    expect(page.locator(".editor.visual [contenteditable=true]").first).to_contain_text("photo")
    save(page)
    src = page.locator(".prose img").get_attribute("src")
    assert src == "/Visuel-%C3%A0-venir/attachments/photo.png"
