"""Recent changes, tags, name completion: each lists only what its reader may see."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from tests.pages.counting import statements
from wiki.core import db
from wiki.pages import rights
from wiki.pages.models import Event

ATOM = "{http://www.w3.org/2005/Atom}"


def test_changes_are_grouped_by_day_and_page(world):
    world.page("One", "a", title="Page one")
    bob = world.browser("bob")
    bob.post("/One", {"text": "b", "base": "1", "summary": "first summary"})
    bob.post("/One", {"text": "c", "base": "2", "summary": "<b>second</b>"})
    html = bob.get("/-/changes").text
    assert html.count('href="/One"') == 1
    assert "first summary" in html
    assert "&lt;b&gt;second&lt;/b&gt;" in html
    assert "/One/diff?from=1&amp;to=3" in html
    assert "Bob Member" in html


def test_changes_hide_what_may_not_be_read(world):
    page = world.page("Open", "a", title="Open zyxqv7")
    world.browser("bob").post("/Open", {"text": "b", "base": "1", "summary": "because zyxqv7"})
    world.page("Secret", "a", title="Secret zyxqv7", read="@friends")
    urls = ("/-/changes", "/-/changes.atom", "/-/changes?tag=x", "/-/changes.atom?tag=x")
    assert "Open zyxqv7" in world.browser().get(urls[0]).text
    with world.app.app_context():
        rights.set_rules(page, actor=world.actor("alice"), read="@friends")
    for url in urls:
        assert "zyxqv7" not in world.browser("xavier").get(url).text, url
    assert "because zyxqv7" in world.browser("carol").get("/-/changes").text


def test_changes_of_rights_and_trash_are_not_told(world):
    page = world.page("Open", "a")
    with world.app.app_context():
        rights.set_rules(page, actor=world.actor("alice"), write="+")
        kinds = {event.kind for event in db.session().query(Event)}
    assert "rights" in kinds
    assert world.browser().get("/-/changes").text.count("alice") == world.browser().get(
        "/-/changes"
    ).text.count("<li>\n              <time")


def test_changes_cost_the_same_with_one_and_three(world):
    counts = []
    for names in (("A",), ("B", "C")):
        for name in names:
            world.page(name, "text", tags=("t",))
        with statements(world.app) as seen:
            world.browser().get("/-/changes?tag=t")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_feed_is_valid_and_its_ids_are_stable(world):
    world.page("One", "a", title="Title & <b>", tags=("café",))
    world.browser("bob").post("/One", {"text": "b", "base": "1", "summary": "why \x08 & <i>"})
    answer = world.browser().get("/-/changes.atom")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.data)
    assert feed.tag == f"{ATOM}feed"
    for part in ("id", "title", "updated"):
        assert feed.find(ATOM + part).text
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 3  # two versions of it, and the home page
    for entry in entries:
        assert entry.find(f"{ATOM}author/{ATOM}name").text
        for part in ("id", "title", "updated", "summary"):
            assert entry.find(ATOM + part) is not None
        assert entry.find(f"{ATOM}link").get("href").startswith("http://localhost/")
    assert entries[0].find(f"{ATOM}title").text == "Title & <b>"
    assert entries[0].find(f"{ATOM}summary").text == "why & <i>"
    ids = [entry.find(f"{ATOM}id").text for entry in entries]
    assert len(set(ids)) == 3
    world.browser("bob").post("/One", {"text": "c", "base": "2"})
    again = ET.fromstring(world.browser().get("/-/changes.atom").data)
    assert [entry.find(f"{ATOM}id").text for entry in again.findall(f"{ATOM}entry")][1:] == ids


def test_feed_of_a_tag_and_of_nothing(world):
    world.page("One", "a", tags=("Café",))
    tagged = ET.fromstring(world.browser().get("/-/changes.atom?tag=cafe").data)
    assert len(tagged.findall(f"{ATOM}entry")) == 1
    nothing = ET.fromstring(world.browser().get('/-/changes.atom?tag="><svg onload=x>').data)
    assert nothing.findall(f"{ATOM}entry") == []


def test_feed_unchanged_is_not_sent_twice(world):
    client = world.browser().client
    etag = client.get("/-/changes.atom").headers["ETag"]
    assert client.get("/-/changes.atom", headers={"If-None-Match": etag}).status_code == 304
    world.page("One", "a")
    assert client.get("/-/changes.atom", headers={"If-None-Match": etag}).status_code == 200


def test_feed_addresses_come_from_the_settings(instance, settings):
    from tests.world import World
    from wiki.app import create_app

    app = create_app(instance, **(settings | {"base_url": "https://wiki.example/net"}))
    feed = World(app).browser().get("/-/changes.atom", headers={"Host": "evil.example"}).text
    assert "evil.example" not in feed
    assert "https://wiki.example/net/Home" in feed
    app.extensions["gare.db"].dispose()


def test_tags_count_only_visible_pages(world):
    world.page("One", "a", tags=("Café", "<script>alert(1)</script>"))
    world.page("Two", "a", tags=("cafe", "zyxqv7"), read="@friends", title="zyxqv7")
    html = world.browser("xavier").get("/-/tags").text
    assert "zyxqv7" not in html
    assert 'Café <span class="meta">1</span>' in html
    assert "<script>alert" not in html
    assert '<span class="meta">2</span>' in world.browser("bob").get("/-/tags").text
    assert world.browser("xavier").get("/-/tags/zyxqv7").status_code == 404
    assert world.browser("xavier").get("/-/tags/nothing").status_code == 404
    for spelling in ("Café", "cafe", "CAFÉ"):
        html = world.browser("xavier").get(f"/-/tags/{spelling}").text
        assert "/One" in html
        assert "zyxqv7" not in html


def test_tag_with_markup_has_a_page_of_its_own(world):
    world.page("One", "a", tags=('"><svg onload=alert(1)>', "été"))
    html = world.browser().get("/One").text
    assert "<svg onload" not in html
    listed = world.browser().get("/-/tags/%22%3E%3Csvg%20onload%3Dalert(1)%3E")
    assert listed.status_code == 200
    assert "<svg onload" not in listed.text


def test_tag_with_odd_characters_is_not_found(world):
    assert world.browser().get("/-/tags/a%00b").status_code == 404
    assert world.browser().get("/-/changes?tag=a%00b").status_code == 200


def test_tag_lists_cost_the_same_with_one_and_three(world):
    counts = []
    for names in (("A",), ("B", "C")):
        for name in names:
            world.page(name, "text", tags=("t", name))
        with statements(world.app) as seen:
            world.browser().get("/-/tags")
            world.browser().get("/-/tags/t")
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("typed", ["reu", "Réu", "RÉUN", "union pub"])
def test_names_are_completed_without_case_or_accents(world, typed):
    world.page("Réunion-publique", "a", title="Réunion publique")
    assert {
        "name": "Réunion-publique",
        "title": "Réunion publique",
        "kind": "text",
    } in world.browser().get(f"/-/names?q={typed}").json


def test_names_look_into_titles_too(world):
    world.page("x1", "a", title="Compte rendu")
    assert world.browser().get("/-/names?q=rendu").json == [
        {"name": "x1", "title": "Compte rendu", "kind": "text"}
    ]


def test_names_hide_what_may_not_be_read(world):
    world.page("Zyxqv7", "a", read="@friends")
    assert world.browser("xavier").get("/-/names?q=zyx").json == []
    assert len(world.browser("bob").get("/-/names?q=zyx").json) == 1


@pytest.mark.parametrize("typed", ["%25", "_", "'", '"', "\\", "a%00b", ";--", "x" * 5000])
def test_names_take_odd_words_literally(world, typed):
    answer = world.browser().get(f"/-/names?q={typed}")
    assert answer.status_code == 200
    assert answer.json == []


def test_names_stop_at_ten_best_first(world):
    for number in range(12):
        world.page(f"A-word-{number:02}", "a")
    world.page("Word", "a")
    found = world.browser().get("/-/names?q=word").json
    assert len(found) == 10
    assert found[0]["name"] == "Word"
