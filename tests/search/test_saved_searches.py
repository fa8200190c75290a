"""Searches that people keep: theirs alone, told what is new, followed by feeds with the right rights."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.pages.counting import statements
from tests.search.desk import catch_up
from wiki.accounts import people
from wiki.core import db
from wiki.pages import find, rights
from wiki.search import saved_searches
from wiki.search.models import SavedSearch


@pytest.fixture
def indexed(world):
    world.page("Rye", "bread of rye", title="Rye bread")
    world.page("Zyxq", "bread of friends", title="Zyxq bread", read="@friends")
    catch_up(world)
    return world


def keep(world, name="bob", asked="q=bread", called="Breads"):
    answer = world.browser(name).post("/-/search/saved", {"asked": asked, "name": called})
    assert answer.status_code == 303, answer.text
    return int(re.search(r"saved=(\d+)", answer.headers["Location"])[1])


def feed_of(world, saved_id):
    with world.app.test_request_context():
        row = db.session().get(SavedSearch, saved_id)
        return f"/-/search/saved/{saved_id}/{saved_searches.token_of(row)}.atom"


def test_search_is_kept_with_its_filters_and_found_again(indexed):
    keep(indexed, asked="q=bread+tag:rye&kind=text&sort=date", called="  Rye   only ")
    html = indexed.browser("bob").get("/-/search").text
    link = re.search(r'<h3>\s*<a href="([^"]+)">Rye only</a>', html)[1].replace("&amp;", "&")
    assert {"q=bread", "tag=rye", "kind=text", "sort=date"} <= set(
        link.partition("?")[2].split("&")
    )
    assert "Rye only" not in indexed.browser("carol").get("/-/search").text


@pytest.mark.parametrize("sent", [{"name": ""}, {"name": "\0"}, {"asked": "q="}, {"asked": ""}])
def test_search_that_cannot_be_kept_says_why_and_loses_nothing(indexed, sent):
    data = {"asked": "q=bread", "name": "Breads"} | sent
    answer = indexed.browser("bob").post("/-/search/saved", data)
    assert answer.status_code == 422
    if data["asked"] == "q=bread":
        assert 'id="keep-name-error"' in answer.text and "<mark>bread</mark>" in answer.text


def test_one_keeps_so_many_searches_and_no_more(indexed, monkeypatch):
    monkeypatch.setattr(saved_searches, "MOST", 2)
    keep(indexed), keep(indexed)
    answer = indexed.browser("bob").post("/-/search/saved", {"asked": "q=bread", "name": "Third"})
    assert answer.status_code == 422 and "2 searches" in answer.text


def test_only_its_owner_renames_renews_and_removes(indexed):
    kept = keep(indexed)
    for act in ("name", "removal", "address", "looks"):
        url = f"/-/search/saved/{kept}/{act}"
        assert indexed.browser("alice").post(url, {"name": "Mine"}).status_code == 404
        assert indexed.browser().post(url, {"name": "Mine"}).status_code in (303, 403)
    bob = indexed.browser("bob")
    assert bob.post(f"/-/search/saved/{kept}/name", {"name": "Loaves"}).status_code == 303
    assert "Loaves" in bob.get("/-/search").text
    assert bob.post(f"/-/search/saved/{kept}/removal").status_code == 303
    assert "Loaves" not in bob.get("/-/search").text


def test_what_came_since_the_last_look_is_counted_and_marked(indexed):
    kept = keep(indexed)
    bob = indexed.browser("bob")
    assert "nothing new" in bob.get("/-/search").text
    with indexed.app.app_context(), db.write() as session:
        before = db.utcnow() - timedelta(minutes=1)
        session.execute(update(SavedSearch).values(looked_at=before))
    indexed.page("Wheat", "bread of wheat", title="Wheat bread")
    catch_up(indexed)
    assert re.search(r"3\s+new", bob.get("/-/search").text), "the two others are a minute old"
    with indexed.app.app_context(), db.write() as session:
        session.execute(update(SavedSearch).values(looked_at=db.utcnow()))
    indexed.page("Oat", "bread of oat", title="Oat bread")
    catch_up(indexed)
    assert re.search(r"1\s+new", bob.get("/-/search").text)
    looked = bob.post(f"/-/search/saved/{kept}/looks")
    html = bob.get(looked.headers["Location"]).text
    marked = re.findall(r"href=\"/(\w+)\"[^\n]*</a>\s*<span class=\"tag has\">new<", html)
    assert marked[0] == "Oat" and html.count(">new</span>") == 1
    assert "nothing new" in bob.get("/-/search").text


def test_list_of_kept_searches_costs_the_same_with_one_and_with_four(indexed):
    bob = indexed.browser("bob")

    def cost():
        bob.get("/-/search")
        with statements(indexed.app) as seen:
            bob.get("/-/search")
        return len(seen)

    keep(indexed)
    one = cost()
    for number in range(3):
        keep(indexed, asked=f"q=bread&tag=t{number}", called=f"Breads {number}")
    assert cost() == one


def test_feed_of_any_search_has_the_rights_of_everyone_even_for_a_member(indexed):
    for who in ("", "bob", "alice"):
        answer = indexed.browser(who).get("/-/search/feed.atom?q=bread")
        assert answer.mimetype == "application/atom+xml"
        assert "Rye bread" in answer.text and "Zyxq" not in answer.text


def test_secret_feed_has_its_owners_rights_until_they_end(indexed):
    url = feed_of(indexed, keep(indexed))
    anonymous = indexed.browser()
    answer = anonymous.get(url)
    assert "Zyxq bread" in answer.text and "no-store" in answer.headers["Cache-Control"]
    with indexed.app.app_context():
        alice = indexed.actor("alice")
        rights.set_rules(find.page_or_404("Zyxq", actor=alice), actor=alice, read="@admins")
    assert "Zyxq" not in anonymous.get(url).text
    with indexed.app.app_context(), db.write():
        people.find_user("bob").disabled = True
    assert anonymous.get(url).status_code == 404


def test_secret_address_is_not_guessed_and_can_be_changed(indexed):
    kept = keep(indexed)
    url = feed_of(indexed, kept)
    other = feed_of(indexed, keep(indexed, "carol"))
    token = other.rpartition("/")[2]
    anonymous = indexed.browser()
    for wrong in (f"/-/search/saved/{kept}/{token}", f"/-/search/saved/{kept}/{'0' * 40}.atom"):
        assert anonymous.get(wrong).status_code == 404
    assert anonymous.get(url).status_code == 200
    indexed.browser("bob").post(f"/-/search/saved/{kept}/address")
    assert anonymous.get(url).status_code == 404
    assert anonymous.get(feed_of(indexed, kept)).status_code == 200
