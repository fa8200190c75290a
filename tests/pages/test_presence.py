"""Who is changing a page now: told to those who may change it too, for a minute, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.world import Browser, World
from wiki.core import db
from wiki.pages import rights
from wiki.pages.live import presence
from wiki.pages.live.presence import Presence

pytestmark = pytest.mark.data
KEYS = {"bob": "key-of-bob-1", "carol": "key-of-carol", "": "key-of-nobody"}


def be_here(world: World, who: str, name: str = "Open", **more: str):
    browser = world.browser(who)
    return browser, browser.post(f"/{name}/presence", {"presence": KEYS[who]} | more)


def rows(world: World) -> int:
    with world.app.app_context():
        return db.session().scalar(select(func.count()).select_from(Presence)) or 0


def pass_time(world: World, **time: float) -> None:
    with world.app.app_context(), db.write(quiet=True) as session:
        moved = session.scalars(select(Presence)).all()
        for row in moved:
            row.seen_at -= timedelta(**time)


def test_others_are_told_and_oneself_is_not(world):
    world.page("Open", "before")
    bob, alone = be_here(world, "bob")
    assert alone.json == {"count": 0, "names": [], "text": ""}
    carol, told = be_here(world, "carol")
    assert told.json["names"] == ["Bob Member"]
    assert told.json["text"].startswith("Bob Member is changing this page too")
    _nobody, told = be_here(world, "")
    assert told.json["names"] == ["Bob Member", "Carol Partner"]
    told = bob.post("/Open/presence", {"presence": KEYS["bob"]}).json
    assert told["names"] == ["Carol Partner", "someone"]
    assert "Carol Partner and someone are changing" in told["text"]
    assert "Bob Member and someone are changing" in carol.get("/Open/edit").text


def test_readers_who_may_write_see_it_on_the_page_and_no_others(world):
    page = world.page("Open", "before")
    with world.app.app_context():
        rights.set_rules(page, actor=world.actor("alice"), write="@friends")
    bob, _told = be_here(world, "bob")
    carol, xavier, nobody = world.browser("carol"), world.browser("xavier"), world.browser()
    assert "Bob Member is changing this page" in carol.get("/Open").text
    assert "Bob Member" in carol.get("/Open/presence").text
    assert "changing this page" not in bob.get("/Open").text
    for stranger, status in ((xavier, 403), (nobody, 403)):
        assert "changing this page" not in stranger.get("/Open").text
        assert stranger.get("/Open/presence").status_code == status
        answer = stranger.post("/Open/presence", {"presence": "key-of-other"})
        assert (answer.status_code, "Bob" in answer.text) == (status, False)
    assert rows(world) == 1


def test_page_kept_for_readers_without_account_names_nobody(world):
    world.page("Open", "before")
    be_here(world, "bob")
    assert "changing this page" not in world.browser().get("/Open").text


def test_hidden_and_missing_pages_answer_alike(world):
    world.page("Secret", "x", read="@friends", author="alice")
    be_here(world, "bob", "Secret")
    xavier = world.browser("xavier")
    for name in ("Secret", "Missing"):
        assert xavier.post(f"/{name}/presence", {"presence": "key-of-other"}).status_code == 404
        assert xavier.get(f"/{name}/presence").status_code == 404


def test_who_left_or_fell_silent_is_forgotten(world):
    world.page("Open", "before")
    bob, _told = be_here(world, "bob")
    carol = world.browser("carol")
    assert bob.post("/Open/presence", {"presence": KEYS["bob"], "gone": "1"}).status_code == 204
    assert "is changing" not in carol.get("/Open/edit").text
    be_here(world, "bob")
    pass_time(world, seconds=59)
    assert "is changing" in carol.get("/Open/edit").text
    pass_time(world, seconds=2)
    assert "is changing" not in carol.get("/Open/edit").text
    be_here(world, "carol")
    assert rows(world) == 1


def test_sign_of_life_is_not_written_again_at_once_and_keeps_cached_pages(world):
    world.page("Open", "before")
    bob, _told = be_here(world, "bob")
    with world.app.app_context():
        before = db.session().scalar(select(Presence.seen_at)), db.generation("data")
    bob.post("/Open/presence", {"presence": KEYS["bob"]})
    with world.app.app_context():
        assert (db.session().scalar(select(Presence.seen_at)), db.generation("data")) == before
    pass_time(world, seconds=25)
    bob.post("/Open/presence", {"presence": KEYS["bob"]})
    with world.app.app_context():
        assert db.session().scalar(select(Presence.seen_at)) >= before[0]


def test_tabs_of_one_person_are_one_name_and_editors_have_a_limit(world, monkeypatch):
    world.page("Open", "before")
    bob: Browser = world.browser("bob")
    for number in range(3):
        bob.post("/Open/presence", {"presence": f"key-of-bob-{number}"})
    assert rows(world) == 3
    _carol, told = be_here(world, "carol")
    assert (told.json["count"], told.json["names"]) == (1, ["Bob Member"])
    monkeypatch.setattr(presence, "MOST", 4)
    _nobody, told = be_here(world, "")
    assert told.status_code == 200
    assert rows(world) == 4


@pytest.mark.parametrize("key", ["", "short", "x" * 41, "a b c d e f", "é" * 12])
def test_key_that_is_not_ours_is_not_kept(world, key):
    world.page("Open", "before")
    assert world.browser().post("/Open/presence", {"presence": key}).status_code == 200
    assert rows(world) == 0


def test_presence_goes_with_its_page_and_its_person(world):
    page = world.page("Open", "before")
    be_here(world, "bob")
    with world.app.app_context(), db.write() as session:
        session.execute(update(Presence).values(seen_at=db.utcnow()))
        session.delete(session.get_one(type(page), page.id))
    assert rows(world) == 0
