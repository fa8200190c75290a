"""Drafts: kept for one person, dropped by a save, seen by nobody else."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier

import pytest

from tests.pages.test_edit import fields
from wiki.core import db
from wiki.pages import rights
from wiki.pages.editing import drafts

HEADERS = {"Sec-Fetch-Site": "same-origin"}


def put(browser, name, **sent):
    return browser.client.put(f"/{name}/draft", data=sent, headers=HEADERS)


def test_draft_comes_back_to_its_author_only(world):
    world.page("Open", "before")
    bob, carol = world.browser("bob"), world.browser("carol")
    assert put(bob, "Open", text="typed é", title="T", base="1").status_code == 200
    found = bob.get("/Open/draft").json
    assert (found["text"], found["title"], found["base"]) == ("typed é", "T", 1)
    assert carol.get("/Open/draft").status_code == 404


@pytest.mark.data
def test_many_first_drafts_at_once_are_one(world):
    world.page("Open", "before")
    tabs = [world.browser("bob") for _ in range(6)]
    together = Barrier(len(tabs))

    def keep(number):
        together.wait()
        return put(tabs[number], "Open", text=f"typed in tab {number}").status_code

    with ThreadPoolExecutor(len(tabs)) as threads:
        assert list(threads.map(keep, range(len(tabs)))) == [200] * len(tabs)
    assert tabs[0].get("/Open/draft").json["text"].startswith("typed in tab")


def test_draft_may_be_json(world):
    bob = world.browser("bob")
    answer = bob.client.put(
        "/Not-yet/draft", json={"text": "typed\ud800\x00", "base": 0}, headers=HEADERS
    )
    assert answer.status_code == 200
    assert bob.get("/Not-yet/draft").json["text"] == "typed"


@pytest.mark.parametrize(
    "sent", [[], "text", {"text": {"a": 1}}, {"text": "x", "base": "1; drop"}, {"text": None}]
)
def test_malformed_draft_is_refused(world, sent):
    assert (
        world.browser("bob").client.put("/Open/draft", json=sent, headers=HEADERS).status_code
        == 400
    )


def test_draft_needs_an_account(world):
    world.page("Open", "before")
    assert put(world.browser(), "Open", text="x").status_code == 403
    assert world.browser().client.delete("/Open/draft", headers=HEADERS).status_code == 403
    assert world.browser().get("/Open/draft").status_code == 303


def test_draft_is_kept_alike_for_hidden_and_missing_pages(world):
    world.page("Secret", "x", read="@friends")
    xavier = world.browser("xavier")
    for name in ("Secret", "Missing"):
        assert put(xavier, name, text="mine").status_code == 200
        assert xavier.get(f"/{name}/draft").json["text"] == "mine"


def test_draft_of_a_page_one_may_only_read_is_refused(world):
    page = world.page("Read-only", "x")
    with world.app.app_context():
        rights.set_rules(page, actor=world.actor("alice"), write="carol")
    assert put(world.browser("bob"), "Read-only", text="x").status_code == 403


def test_draft_is_dropped_by_its_save_and_by_hand(world):
    world.page("Open", "before")
    bob = world.browser("bob")
    put(bob, "Open", text="typed", base="1")
    bob.post("/Open", {"text": "typed", "base": "1"})
    assert bob.get("/Open/draft").status_code == 404
    put(bob, "Open", text="again", base="2")
    assert bob.client.delete("/Open/draft", headers=HEADERS).status_code == 204
    assert bob.get("/Open/draft").status_code == 404


def test_draft_of_a_page_to_be_is_dropped_when_it_is_made(world):
    bob = world.browser("bob")
    assert put(bob, "To-be", text="typed", base="").status_code == 200
    assert 'data-draft-url="/To-be/draft"' in bob.get("/-/new?name=To-be").text
    bob.post("/-/new", {"title": "To be", "text": "typed", "name": "To-be"})
    assert bob.get("/To-be/draft").status_code == 404


def test_editor_offers_the_draft_with_and_without_javascript(world):
    world.page("Open", "before")
    bob = world.browser("bob")
    put(bob, "Open", text="typed <b>", title="Other", base="1")
    html = bob.get("/Open/edit").text
    offered = re.search(
        r"<textarea hidden disabled data-server-draft[^>]*>\n?(.*?)</textarea>", html, re.S
    )
    assert unescape(offered[1]).strip() == "typed <b>"
    assert fields(html)["text"] == "before"
    assert 'href="/Open/edit?draft=1"' in html
    taken = fields(bob.get("/Open/edit?draft=1").text)
    assert (taken["text"], taken["title"], taken["base"]) == ("typed <b>", "Other", "1")


def test_draft_of_an_old_version_is_merged_when_saved(world):
    world.page("Open", "one\n\ntwo\n\nthree", title="T")
    bob = world.browser("bob")
    put(bob, "Open", text="one!\n\ntwo\n\nthree", title="T", tags="", base="1")
    world.browser("carol").post("/Open", {"text": "one\n\ntwo\n\nthree!", "base": "1"})
    form = fields(bob.get("/Open/edit?draft=1").text)
    assert bob.post("/Open", form).status_code == 303
    assert world.text("Open") == "one!\n\ntwo\n\nthree!"


def test_draft_that_is_kept_says_who_is_here(world):
    world.page("Open", "before")
    assert put(world.browser("bob"), "Open", text="typing", base="1").json["here"]["count"] == 0
    assert "Bob Member is changing this page too" in world.browser("carol").get("/Open/edit").text
    assert "changing this page" not in world.browser("bob").get("/Open/edit").text
    told = put(world.browser("carol"), "Open", text="typing", base="1").json["here"]
    assert told["names"] == ["Bob Member"]


def test_drafts_leave_cached_pages_valid(world):
    world.page("Open", "before")
    with world.app.app_context():
        before = db.generation("data")
    put(world.browser("bob"), "Open", text="typing")
    with world.app.app_context():
        assert db.generation("data") == before


def test_oldest_drafts_make_room(world, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 3)
    bob = world.browser("bob")
    for number in range(5):
        put(bob, f"Page-{number}", text=str(number))
    kept = [number for number in range(5) if bob.get(f"/Page-{number}/draft").status_code == 200]
    assert kept == [2, 3, 4]


def test_huge_draft_is_refused(world):
    assert put(world.browser("bob"), "Open", text="x" * 5_000_000).status_code == 413
