"""What is typed while all goes wrong: the server away, the session over, two tabs, two clicks, a tab that dies."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.server import Server
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser


@pytest.fixture
def own_server(world: World, instance: Path, settings: dict[str, object]) -> Iterator[Server]:
    """A server on the test's own instance, which the test may stop; its page is `Open`."""
    world.page("Open", "One.\n\nTwo.\n\nThree.")
    database = {name: value for name, value in settings.items() if name == "database_url"}
    with Server(instance, workers=1, worker=False, **database) as running:
        yield running


@pytest.fixture
def bob(own_server: Server, chromium: Browser) -> Iterator[Page]:
    """Bob's browser, in the editor of the page."""
    context = chromium.new_context(base_url=own_server.url)
    page = context.new_page()
    page.goto("/-/login?next=/Open/edit")
    page.fill("#f-name", "bob")
    page.fill("#f-password", PASSWORD)
    page.press("#f-password", "Enter")
    page.wait_for_url("**/Open/edit")
    yield page
    context.close()


def write(page: Page, words: str) -> None:
    area = page.locator("textarea[name=text]")
    area.press("Control+End")
    area.press_sequentially(words)


def status(page: Page):
    return page.locator("[data-draft-status]")


def save_button(page: Page):
    return page.locator("form.editor-form .stuck .btn.primary")


@pytest.mark.parametrize("away", [0, pytest.param(20, marks=pytest.mark.slow)])
def test_server_that_is_away_is_said_and_nothing_typed_is_lost(
    bob: Page, own_server: Server, world: World, away: int
):
    write(bob, " First words")
    expect(status(bob)).to_contain_text("Draft kept", timeout=15_000)
    own_server.stop()
    write(bob, ", then alone")
    expect(status(bob)).to_contain_text("The server does not answer", timeout=20_000)
    expect(status(bob)).to_have_class("lost")
    save_button(bob).click()
    expect(status(bob)).to_contain_text("Not saved", timeout=20_000)
    bob.wait_for_timeout(away * 1000)
    expect(bob.locator("textarea[name=text]")).to_have_value(re.compile("words, then alone$"))
    own_server.start()
    # The next words take the draft to the server again, without another try to save.
    write(bob, ", back")
    expect(status(bob)).to_contain_text("Draft kept", timeout=15_000)
    with bob.expect_navigation(url="**/Open"):
        save_button(bob).click()
    assert world.text("Open").endswith("Three. First words, then alone, back")


def test_session_that_ends_is_begun_again_over_the_text(bob: Page, world: World):
    bob.context.clear_cookies()
    write(bob, " Signed out")
    asked = bob.locator("#sign-here")
    expect(asked).to_be_visible(timeout=20_000)
    expect(status(bob)).to_have_class("lost")
    asked.locator("[name=password]").fill("not this one")
    asked.locator(".primary").click()
    expect(asked.locator("[data-wrong]")).to_contain_text("do not go together")
    asked.locator("[name=password]").fill(PASSWORD)
    asked.locator(".primary").click()
    expect(asked).to_be_hidden()
    expect(status(bob)).to_contain_text("Draft kept", timeout=15_000)
    with bob.expect_navigation(url="**/Open"):
        save_button(bob).click()
    expect(bob.locator(".actions")).to_contain_text("Bob Member")
    assert world.text("Open").endswith("Signed out")


def test_save_of_who_was_signed_out_asks_and_then_saves(bob: Page, world: World):
    write(bob, " At once")
    bob.context.clear_cookies()
    save_button(bob).click()
    bob.locator("#sign-here [name=password]").fill(PASSWORD)
    with bob.expect_navigation(url="**/Open"):
        bob.locator("#sign-here .primary").click()
    expect(bob.locator(".actions")).to_contain_text("Bob Member")
    assert world.text("Open").endswith("At once")


def test_two_tabs_are_brought_together_and_neither_draft_hides_the_other(bob: Page, world: World):
    other = bob.context.new_page()
    other.goto("/Open/edit")
    write(other, " Second tab")
    expect(status(other)).to_contain_text("Draft kept", timeout=15_000)
    area = bob.locator("textarea[name=text]")
    area.fill(area.input_value().replace("One.", "One and first tab."))
    with bob.expect_navigation(url="**/Open"):
        save_button(bob).click()
    other.reload()
    other.locator("[data-draft=take]").click()
    with other.expect_navigation(url="**/Open"):
        save_button(other).click()
    assert world.text("Open") == "One and first tab.\n\nTwo.\n\nThree. Second tab"


def test_two_clicks_save_once(bob: Page, world: World):
    bob.goto("/-/new")
    bob.fill("[name=title]", "Twice")
    bob.fill("textarea[name=text]", "Once only")
    with bob.expect_navigation(url="**/Twice"):
        save_button(bob).dblclick(no_wait_after=True)
    expect(bob.locator("h1")).to_have_text("Twice")
    bob.goto("/Twice/edit")
    write(bob, ", and more")
    with bob.expect_navigation(url="**/Twice"):
        save_button(bob).dblclick(no_wait_after=True)
    assert world.text("Twice") == "Once only, and more"
    bob.goto("/Twice/revisions/3")
    expect(bob.locator("h1")).not_to_contain_text("Twice")


def test_others_see_who_writes_and_no_more_once_they_leave(
    bob: Page, own_server: Server, chromium: Browser
):
    stranger = chromium.new_context(base_url=own_server.url)
    page = stranger.new_page()
    page.goto("/Open/edit")
    here = page.locator("[data-here]")
    write(bob, " Hello")
    expect(status(bob)).to_contain_text("Draft kept", timeout=15_000)
    with page.expect_response("**/Open/presence"):
        page.reload()
    expect(here).to_contain_text("Bob Member is changing this page too")
    with bob.expect_response("**/Open/presence"):
        bob.reload()
    expect(bob.locator("[data-here]")).to_contain_text("someone is changing this page too")
    stranger.close()


@pytest.mark.parametrize("runs", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_tab_that_dies_loses_ten_seconds_of_typing_at_most(
    own_server: Server, chromium: Browser, runs: int
):
    """The clock is the test's own: words are typed at known moments, and the tab dies at one."""
    dice = random.Random(11)
    context = chromium.new_context(base_url=own_server.url)
    for _run in range(runs):
        page = context.new_page()
        page.clock.install()
        page.goto("/Open/edit")
        page.evaluate("localStorage.clear()")
        moments: list[int] = []
        now = 0
        area = page.locator("textarea[name=text]")
        area.press("Control+End")
        for number in range(dice.randrange(12, 30)):
            page.keyboard.insert_text(f" w{number}.")
            moments.append(now)
            pause = dice.randrange(100, 2500)
            page.clock.run_for(pause)
            now += pause
        die(page)
        again = context.new_page()
        again.goto("/Open/edit")
        again.locator("[data-draft=take]").click()
        kept = again.locator("textarea[name=text]").input_value()
        lost = [moment for number, moment in enumerate(moments) if f" w{number}." not in kept]
        assert not lost or now - lost[0] <= 10_000
        again.close()
        page.close()
    context.close()


def die(page: Page) -> None:
    """Kill the process that shows a page, as a system short of memory does: nothing of the page runs any more."""
    browser = page.context.browser
    assert browser
    session = browser.new_browser_cdp_session()
    killed = renderers(session)
    with page.expect_event("crash"):
        for process in killed:
            os.kill(process, signal.SIGKILL)
    # A spare one among them must be known to be dead, or the next page would be given it.
    while killed & renderers(session):
        time.sleep(0.02)
    session.detach()


def renderers(session: CDPSession) -> set[int]:
    """Return the processes that show pages."""
    told = session.send("SystemInfo.getProcessInfo")["processInfo"]
    return {process["id"] for process in told if process["type"] == "renderer"}
