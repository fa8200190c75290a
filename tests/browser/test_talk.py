"""Talking and following in a real browser: a passage commented by its selection, found again after an edit."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.gestures import save, write_page
from tests.browser.screens import ADMIN, PAGE

pytestmark = pytest.mark.browser

TEXT = "## La pâte\n\nElle lève « la nuit » : huit heures. Puis on la plie.\n\n## Le four\n\nIl chauffe.\n"
SELECT = """words => {
  const walker = document.createTreeWalker(document.querySelector('.prose[data-talk]'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.replace(/[\\u00a0\\u202f]/g, ' ').indexOf(words);
    if (at < 0) continue;
    getSelection().setBaseAndExtent(node, at, node, at + words.length);
    return true;
  }
  return false;
}"""


def marked(page: Page) -> list[str]:
    return page.evaluate(
        "() => [...(CSS.highlights.get('talk') ?? [])].map(range => range.toString())"
    )


def comment_passage(page: Page, words: str, text: str) -> None:
    page.locator(".prose[data-talk]").hover()
    expect(
        page.locator("script[src*='js/comments/comments.js']:not([type=later])")
    ).to_be_attached()
    page.wait_for_timeout(300)
    assert page.evaluate(SELECT, words)
    page.locator(".say-this").click()
    expect(page.locator("#talk-form [data-shown]")).to_have_text(re.compile(words[:6]))
    expect(page.locator("#talk-form textarea")).to_be_focused()
    page.keyboard.type(text)
    page.locator("#talk-form button[type=submit]").click()


@pytest.mark.parametrize("width", [390, 1280])
def test_passage_is_commented_and_followed_through_an_edit(visits: Visits, width: int):
    page = visits.open(person=ADMIN, width=width)
    address = write_page(page, f"Pain {width}", TEXT)
    comment_passage(page, "la nuit", "Et en hiver ?")
    thread = page.locator(".thread")
    expect(thread).to_contain_text("Et en hiver")
    expect(thread.locator(".passage.live")).to_be_visible()
    assert marked(page) == ["la nuit"]
    page.goto(f"{address}/edit")
    page.fill(
        "textarea[name=text]",
        "Un début.\n\n" + TEXT.replace("Puis on la plie", "On la plie ensuite"),
    )
    save(page)
    page.locator(".prose[data-talk]").hover()
    expect(page.locator(".passage.live")).to_be_visible()
    assert marked(page) == ["la nuit"]
    page.locator(".passage.live").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("() => CSS.highlights.has('talk-here')")
    page.goto(f"{address}/edit")
    page.fill("textarea[name=text]", TEXT.replace("la nuit", "le jour"))
    save(page)
    expect(page.locator(".thread .changed")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_thread_is_answered_reacted_to_and_resolved_in_place(visits: Visits):
    page = visits.open(person=ADMIN)
    write_page(page, "Fil à tenir", TEXT)
    page.fill("#talk-form textarea", "Une question")
    page.locator("#talk-form button[type=submit]").click()
    expect(page.locator(".thread")).to_contain_text("Une question")
    page.locator(".answer summary").click()
    page.locator(".answer textarea").fill("Une réponse")
    page.locator(".answer button[type=submit]").click()
    expect(page.locator(".comment")).to_have_count(2)
    page.locator(".signs button").first.click()
    expect(page.locator(".signs button[aria-pressed=true]")).to_have_count(1)
    page.locator(".under > form .linklike").click()
    expect(page.locator(".thread")).to_have_count(0)
    expect(page.locator("#talk .head a")).to_be_visible()


def test_section_is_commented_without_javascript(visits: Visits):
    page = visits.open(person=ADMIN, java_script_enabled=False)
    write_page(page, "Sans script", TEXT)
    page.locator(".say").nth(1).click()
    expect(page.locator("#talk-form [data-about]")).to_contain_text("Le four")
    page.fill("#talk-form textarea", "À quelle chaleur ?")
    page.locator("#talk-form button[type=submit]").click()
    expect(page.locator(".thread .passage")).to_contain_text("Le four")


def test_page_is_followed_in_two_clicks_and_listed(visits: Visits):
    page = visits.open(PAGE, person=ADMIN)
    pop = page.locator(".actions details:has(form[action$='/-/follow'])")
    pop.locator("summary").click()
    pop.locator("button[type=submit]").click()
    page.goto("/-/follows")
    listed = page.locator(".follow-list li")
    expect(listed).to_have_count(1)
    listed.locator("button[name=stop]").click()
    expect(listed).to_have_count(0)
