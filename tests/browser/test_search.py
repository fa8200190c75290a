"""The search dialog by keyboard, whatever order answers come in; results that filter themselves; the help desk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visits
from tests.browser.gestures import write_page

pytestmark = pytest.mark.browser

INPUT, OPTIONS = "#instant-q", "#instant [role=option]"


def ask(page: Page, words: str) -> None:
    """Open the dialog by its key and type; wait for answers."""
    page.keyboard.press("Control+k")
    page.fill(INPUT, words)
    expect(page.locator(OPTIONS).first).to_be_visible()


def test_dialog_is_used_by_keyboard_alone(visits: Visits):
    page = visits.open("/")
    page.keyboard.press("Control+k")
    expect(page.locator(INPUT)).to_be_focused()
    page.keyboard.type("ne")
    page.wait_for_timeout(400)
    assert page.locator(OPTIONS).count() == 0, "answers begin with the third letter"
    page.keyboard.type("xtcloud")
    expect(page.locator(OPTIONS).first).to_be_visible()
    expect(page.locator("#instant [role=status]")).to_have_text(re.compile(r"^\d+ "))
    expect(page.locator(INPUT)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    first = page.locator(OPTIONS).first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(page.locator(INPUT)).to_have_attribute(
        "aria-activedescendant", first.get_attribute("id") or ""
    )
    target = first.get_attribute("href")
    assert target
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{target}")


def test_dialog_opens_with_a_slash_and_leads_to_the_results(visits: Visits):
    page = visits.open("/")
    page.keyboard.press("/")
    expect(page.locator(INPUT)).to_be_focused()
    page.keyboard.type("nextcloud")
    page.keyboard.press("Enter")
    page.wait_for_url("**/-/search?q=nextcloud")
    expect(page.locator(".hits")).to_be_visible()


def test_late_answer_to_an_older_question_is_dropped(visits: Visits):
    page = visits.open("/")
    held: list[Route] = []
    first = re.compile(r"/-/search/instant\?.*q=migration")
    page.route(first, lambda route: held.append(route))
    page.keyboard.press("Control+k")
    expect(page.locator(INPUT)).to_be_focused()
    with page.expect_request(first):
        page.fill(INPUT, "migration")
    page.fill(INPUT, "framadate")
    expect(page.locator(OPTIONS).first).to_contain_text("Framadate")
    held[0].fulfill(status=200, body='<div id="instant-results"><a role="option">late</a></div>')
    page.wait_for_timeout(300)
    expect(page.locator(OPTIONS).first).to_contain_text("Framadate")


def test_recent_searches_stay_in_the_browser_and_are_forgotten(visits: Visits):
    page = visits.open("/")
    ask(page, "nextcloud")
    page.keyboard.press("Enter")
    page.wait_for_url("**/-/search?q=nextcloud")
    page.goto("/")
    ask(page, "framadate")
    page.keyboard.press("Enter")
    page.wait_for_url("**/-/search?q=framadate")
    page.keyboard.press("Control+k")
    expect(page.locator(OPTIONS)).to_have_text([re.compile("framadate"), re.compile("nextcloud")])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")
    expect(page.locator(OPTIONS)).to_have_count(1)
    page.click("[data-forget]")
    expect(page.locator(OPTIONS)).to_have_count(0)
    assert not any("searches" in key for key in page.evaluate("Object.keys(localStorage)"))


def test_people_and_actions_are_by_rights(visits: Visits):
    page = visits.open("/", person="lea")
    ask(page, "ines")
    expect(page.locator("#instant [aria-labelledby=instant-person]")).to_contain_text("Inès")
    page.fill(INPUT, "administ")
    expect(page.locator("#instant [aria-labelledby=instant-actions]")).to_contain_text(
        "Administration"
    )
    other = visits.open("/")
    ask(other, "administ")
    expect(other.locator("#instant a[href$='/-/admin']")).to_have_count(0)


def test_results_filter_themselves_and_go_back(visits: Visits):
    page = visits.open("/-/search?q=nextcloud")
    page.locator("#filters").hover()
    page.locator("#filters [name=project]").nth(1).check()
    page.wait_for_url("**project=**")
    expect(page.locator(".tags .tag.has")).to_have_count(1)
    page.locator(".tags .tag.has").click()
    page.wait_for_url(lambda url: "project=" not in url)
    expect(page.locator(".tags .tag.has")).to_have_count(0)


def test_help_desk_answers_while_one_types(visits: Visits):
    page = visits.open(person="lea")
    write_page(page, "Guichet-essai", "{{ask}}")
    page.locator(".desk input[type=search]").click()
    page.keyboard.type("mots de passe", delay=20)
    expect(page.locator(".answers a").first).to_be_visible()
    page.locator(".answers a").first.click()
    page.locator(".helped button").click()
    expect(page.locator(".helped button")).to_have_attribute("aria-pressed", "true")


def test_all_of_it_works_without_javascript(visits: Visits):
    page = visits.open("/", java_script_enabled=False)
    page.fill("#q", "nextcloud")
    page.press("#q", "Enter")
    page.locator("#filters [name=when][value=year]").check()
    page.locator("#filters button[type=submit]").click()
    assert "when=year" in page.url
    expect(page.locator(".hits > li").first).to_be_visible()
    page.goto("/-/ask")
    page.fill("#ask-q", "mots de passe")
    page.press("#ask-q", "Enter")
    page.locator(".answers a").first.click()
    page.locator(".helped button").click()
    expect(page.locator(".helped .meta")).to_contain_text(re.compile(r"\d"))
