"""Several people in one editor, all typing at once: one text for all, each word there once and whole."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.demo import own_chromium
from tests.server import Server
from tests.world import PASSWORD, World
from wiki.accounts import people
from wiki.core import db, settings
from wiki.pages import find, rights

pytestmark = pytest.mark.browser
LINES = {
    "fr": "## Ordre du jour\n\nL'été, où ça naît… 😀\n\nLa forêt de Noël, cœur brûlé\n\nÀ la fin, là-bas 👩‍👩‍👧\n",
    "en": "## Agenda\n\nThe naïve café 😀 opens\n\nA long-awaited plan x\u0302 of ours\n\nThe end, at last 👩‍👩‍👧\n",
}
MEETING, LAST = "Tous ici / all here :", "Fin / the end"
WORDS = {
    "fr": ("été", "forêt😀", "à-coup", "naïf", "œuf👩‍👩‍👧", "l’eau"),
    "en": ("naïve", "plan😀", "x\u0302y", "café", "end👩‍👩‍👧", "it’s"),
}


@pytest.fixture
def own_server(world: World, instance: Path, settings: dict[str, object]) -> Iterator[Server]:
    """A server on the test's own instance, where people write together."""
    switch_on(world)
    database = {name: value for name, value in settings.items() if name == "database_url"}
    with Server(instance, worker=False, **database) as running:
        yield running


def switch_on(world: World) -> None:
    with world.app.app_context(), db.write() as session:
        settings.put(session, coediting=True)
        for name in ("dora", "emil"):
            people.add_user(
                session,
                name=name,
                email=f"{name}@example.org",
                password=PASSWORD,
                display_name=name.title(),
            )


def editor_of(browser: Browser, server: Server, who: str, name: str, **more: object) -> Page:
    """Open the editor of a page for somebody."""
    page = browser.new_context(base_url=server.url, reduced_motion="reduce", **more).new_page()
    page.goto(f"/-/login?next=/{name}/edit")
    page.fill("#f-name", who)
    page.fill("#f-password", PASSWORD)
    page.press("#f-password", "Enter")
    page.wait_for_url(f"**/{name}/edit")
    return page


def area(page: Page):
    return page.locator("textarea[name=text]")


def here(page: Page):
    return page.locator("[data-here]")


def together(*pages: Page) -> None:
    """Wait until each of them writes with the others."""
    for page in pages:
        expect(here(page)).to_contain_text("writing together", timeout=30_000)
        expect(page.locator("[name=live]")).not_to_have_value("", timeout=30_000)


def caret_after(page: Page, words: str) -> None:
    """Put the caret after words of the text, as a click does."""
    area(page).evaluate(
        "(area, words) => { const at = area.value.indexOf(words) + words.length;"
        " area.focus(); area.setSelectionRange(at, at) }",
        words,
    )


def settled(*pages: Page) -> str:
    """Wait until all have the same text, and nothing left to send; return it."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        texts = {area(page).input_value() for page in pages}
        marks = {page.locator("[name=live]").input_value().split(":")[1] for page in pages}
        if len(texts) == len(marks) == 1:
            return texts.pop()
        pages[0].wait_for_timeout(300)
    raise AssertionError(f"{len(texts)} texts, {len(marks)} marks: {texts}")


def save(page: Page, name: str) -> None:
    with page.expect_navigation(url=f"**/{name}"):
        page.locator("form.editor-form .stuck .btn.primary").click()


def test_two_people_type_at_once_and_both_sign(own_server: Server, chromium: Browser, world: World):
    world.page("Ensemble", LINES["fr"])
    bob = editor_of(chromium, own_server, "bob", "Ensemble")
    # What Bob typed alone comes along when Carol arrives.
    caret_after(bob, "L'été")
    bob.keyboard.type(" seul")
    carol = editor_of(chromium, own_server, "carol", "Ensemble")
    together(bob, carol)
    expect(area(carol)).to_have_value(re.compile("L'été seul, où"))
    caret_after(bob, "Ordre du jour")
    caret_after(carol, "cœur brûlé")
    for turn in range(6):
        bob.keyboard.type(f" b{turn}é😀", delay=15)
        carol.keyboard.type(f" c{turn}œ👩‍👩‍👧", delay=15)
    text = settled(bob, carol)
    for turn in range(6):
        assert text.count(f" b{turn}é😀") == text.count(f" c{turn}œ👩‍👩‍👧") == 1
    assert "Ordre du jour b0é😀 b1é😀 b2é😀" in text
    # One's own changes alone are undone, by the key one knows.
    bob.keyboard.press("Control+z")
    expect(area(bob)).not_to_have_value(re.compile("b5é"))
    assert "c5œ" in settled(bob, carol)
    bob.keyboard.press("Control+Shift+z")
    expect(area(carol)).to_have_value(re.compile("b5é"), timeout=15_000)
    # Someone without JavaScript saves the page meanwhile.
    plain = world.browser("xavier")
    answer = plain.post(
        "/Ensemble", {"text": LINES["fr"].replace("là-bas", "là-haut"), "base": "1"}
    )
    assert answer.status_code == 303
    expect(area(bob)).to_have_value(re.compile("là-haut"), timeout=15_000)
    expect(bob.locator("[data-draft-status]")).to_contain_text("Saved by Xavier Outside")
    expect(bob.locator("[name=base]")).to_have_value("2")
    settled(bob, carol)
    save(carol, "Ensemble")
    expect(bob.locator("[data-draft-status]")).to_contain_text("Saved by Carol", timeout=15_000)
    expect(bob.locator("[name=base]")).to_have_value("3")
    caret_after(bob, "à la fin".upper()[:1] + " la fin")
    bob.keyboard.type(" enfin")
    save(bob, "Ensemble")
    with world.app.app_context():
        page = find.page_or_404("Ensemble", actor=world.actor("alice"))
        assert page.head.number == 4
        assert page.head.text == text.replace("là-bas", "là-haut").replace("la fin", "la fin enfin")
    shown = world.browser().get("/Ensemble/history").text
    assert "Carol Partner and Bob Member" in shown


def test_caret_selection_and_composition_are_left_alone(
    own_server: Server, chromium: Browser, world: World
):
    world.page("Calme", LINES["fr"])
    bob, carol = (editor_of(chromium, own_server, who, "Calme") for who in ("bob", "carol"))
    together(bob, carol)
    area(bob).evaluate(
        "area => { const at = area.value.indexOf('Noël'); area.focus(); area.setSelectionRange(at, at + 4) }"
    )
    devtools = bob.context.new_cdp_session(bob)
    caret_after(carol, "Ordre du jour")
    carol.keyboard.type(" avant 😀")
    expect(area(bob)).to_have_value(re.compile("jour avant 😀"), timeout=15_000)
    chosen = "area => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert area(bob).evaluate(chosen) == "Noël"
    caret_after(bob, "Noël")
    # A letter is being composed: what Carol types waits for it, and it is sent whole.
    devtools.send("Input.imeSetComposition", {"text": "ô", "selectionStart": 1, "selectionEnd": 1})
    carol.keyboard.type(" encore")
    expect(area(carol)).to_have_value(re.compile("😀 encore"))
    bob.wait_for_timeout(2500)
    assert "encore" not in area(bob).input_value()
    devtools.send("Input.insertText", {"text": "ôôô"})
    expect(area(bob)).to_have_value(re.compile("😀 encore"), timeout=15_000)
    assert "Noëlôôô, cœur" in settled(bob, carol)


def test_server_that_restarts_loses_nothing_and_a_right_that_goes_is_told(
    own_server: Server, chromium: Browser, world: World
):
    world.page("Panne", LINES["en"])
    bob, carol = (editor_of(chromium, own_server, who, "Panne") for who in ("bob", "carol"))
    together(bob, carol)
    own_server.stop()
    caret_after(bob, "Agenda")
    bob.keyboard.type(" typed 😀 alone")
    caret_after(carol, "at last")
    carol.keyboard.type(" and Carol's")
    expect(bob.locator("[data-draft-status]")).to_have_class("lost", timeout=20_000)
    own_server.start()
    expect(area(carol)).to_have_value(re.compile("Agenda typed 😀 alone"), timeout=45_000)
    expect(area(bob)).to_have_value(re.compile("at last and Carol's"), timeout=45_000)
    assert settled(bob, carol).count("typed 😀 alone") == 1
    with world.app.app_context():
        page = find.page_or_404("Panne", actor=world.actor("alice"))
        rights.set_rules(page, actor=world.actor("alice"), write="bob")
    caret_after(carol, "and Carol's")
    carol.keyboard.type(" last words")
    told = carol.locator("[data-draft-status]")
    expect(told).to_contain_text("You may not change this page any more", timeout=15_000)
    expect(area(carol)).to_have_value(re.compile("last words"))
    assert "last words" not in area(bob).input_value()


def test_page_opened_again_and_its_draft_bring_no_word_twice(
    own_server: Server, chromium: Browser, world: World
):
    world.page("Encore", LINES["fr"])
    bob, carol = (editor_of(chromium, own_server, who, "Encore") for who in ("bob", "carol"))
    together(bob, carol)
    caret_after(bob, "Ordre du jour")
    bob.keyboard.type(" du lundi")
    expect(area(carol)).to_have_value(re.compile("du lundi"), timeout=15_000)
    expect(bob.locator("[data-draft-status]")).to_contain_text("Draft kept", timeout=15_000)
    caret_after(carol, "là-bas")
    carol.keyboard.type(" ou ailleurs")
    expect(area(bob)).to_have_value(re.compile("ou ailleurs"), timeout=15_000)
    bob.reload()
    offer = bob.locator("[data-draft=take]")
    expect(offer).to_be_visible()
    together(bob, carol)
    offer.click()
    text = settled(bob, carol)
    assert text.count("du lundi") == text.count("ou ailleurs") == 1
    # A save that is refused comes back with its text, which is known for what it is.
    bob.locator("[name=title]").evaluate(
        "field => { field.removeAttribute('required'); field.value = '' }"
    )
    bob.locator("form.editor-form .stuck .btn.primary").click()
    expect(bob.locator(".summary, [role=alert]").first).to_contain_text("Not saved yet")
    together(bob, carol)
    assert settled(bob, carol) == text


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("people_count", [2, 5])
def test_everyone_types_for_a_minute(
    own_server: Server, world: World, lang: str, people_count: int
):
    """Each in a browser of its own, in a thread: half at places of their own, half all at one."""
    world.page("Minute", f"{LINES[lang]}\n{MEETING}\n\n{LAST}\n")
    who = ("bob", "carol", "xavier", "dora", "emil")[:people_count]
    ready, done = threading.Barrier(people_count), threading.Barrier(people_count)
    typed: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    trouble: list[BaseException] = []

    def write(index: int, name: str) -> None:
        try:
            with ExitStack() as stack:
                page = editor_of(stack.enter_context(own_chromium()), own_server, name, "Minute")
                page.on("pageerror", lambda error: trouble.append(error))
                together(page)
                ready.wait(120)
                typed[name] = minute_of(page, index, name, lang)
                done.wait(120)
                texts[name] = last_text(page)
                if index == 0:
                    save(page, "Minute")
        except BaseException as error:
            trouble.append(error)
            ready.abort()
            done.abort()

    threads = [threading.Thread(target=write, args=one) for one in enumerate(who)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    assert len(set(texts.values())) == 1
    text, words = texts[who[0]], [word for some in typed.values() for word in some]
    assert len(words) == len(set(words)) > 20 * people_count
    assert [word for word in words if text.count(word) != 1] == []
    with world.app.app_context():
        saved = find.page_or_404("Minute", actor=world.actor("alice")).head
        assert saved.text.strip() == text.strip()
        assert len(saved.signers) == people_count
    print(f"\n{lang}, {people_count}: {len(words)} words, {len(text)} characters")


def minute_of(page: Page, index: int, name: str, lang: str, seconds: float = 60) -> list[str]:
    """Type for a minute, a word after the other, each one like no other; return them."""
    words: list[str] = []
    ends = time.monotonic() + seconds
    lines = [line for line in LINES[lang].split("\n") if line] + [LAST]
    while time.monotonic() < ends:
        turn = len(words)
        if turn % 8 == 0:
            # Now at the end of a line that is one's own, now where all the others are.
            caret_after(page, MEETING if turn % 16 else lines[index])
        word = f"‹{name}{turn}{WORDS[lang][turn % 6]}›"
        page.keyboard.type(f" {word}", delay=20)
        words.append(word)
    return words


def last_text(page: Page) -> str:
    """Return the text once it stands still for some polls, after all have stopped."""
    before, still = "", 0
    while still < 8:
        page.wait_for_timeout(1000)
        now = area(page).input_value()
        still, before = (still + 1 if now == before else 0), now
    return before
