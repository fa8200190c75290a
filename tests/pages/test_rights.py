"""The rules of a page: who may set them, what they do at once, how the default comes back."""

from __future__ import annotations

import pytest

from tests.pages.test_show import close
from wiki.core import db
from wiki.core.access import WIKI_RULES, RuleSet
from wiki.core.http import Invalid
from wiki.core.search.index.queue import SearchQueue
from wiki.pages import find, rights
from wiki.pages.models import Page
from wiki.pages.save import Gone


def test_owner_closes_a_page_and_it_closes_at_once(world):
    world.page("Mine", "zyxqv7", author="bob")
    assert world.browser("xavier").get("/Mine").status_code == 200
    bob = world.browser("bob")
    assert (
        bob.post("/Mine/rights", {"read": "@friends", "write": "", "comment": ""}).status_code
        == 303
    )
    assert world.browser("xavier").get("/Mine").status_code == 404
    assert world.browser("carol").get("/Mine").status_code == 200
    html = bob.get("/Mine/rights").text
    assert 'value="@friends"' in html
    assert "the group friends" in html


def test_only_owner_and_admins_see_and_change_rights(world):
    world.page("Mine", "text", author="bob")
    for name, status in (("bob", 200), ("alice", 200), ("carol", 403), ("", 403)):
        assert world.browser(name).get("/Mine/rights").status_code == status
    for name in ("carol", "xavier", ""):
        assert world.browser(name).post("/Mine/rights", {"read": "xavier"}).status_code == 403
    assert world.browser("carol").get("/Mine").status_code == 200


def test_unknown_name_is_named_and_nothing_changes(world):
    world.page("Mine", "text", author="bob")
    answer = world.browser("bob").post(
        "/Mine/rights", {"read": "@nobody", "write": "carol <svg>", "comment": "+"}
    )
    assert answer.status_code == 422
    assert "@nobody" in answer.text
    assert 'value="carol &lt;svg&gt;"' in answer.text
    assert world.browser().get("/Mine").status_code == 200
    with world.app.app_context():
        assert find.page_or_404("Mine", actor=world.actor()).rules_id == WIKI_RULES


def test_odd_characters_in_a_rule_are_no_fault_of_ours(world):
    world.page("Mine", "text", author="bob")
    assert world.browser("bob").post("/Mine/rights", {"read": "a\0b"}).status_code == 422
    sent = {"read": "", "owner": "a\0b"}
    assert world.browser("alice").post("/Mine/rights", sent).status_code == 422


def test_emptied_rules_go_back_to_the_default(world):
    page = world.page("Mine", "text", read="@friends")
    with world.app.app_context():
        alice = world.actor("alice")
        own = find.page_or_404("Mine", actor=alice).rules_id
        assert own != WIKI_RULES
        rights.set_rules(page, actor=alice, read="")
        assert page.rules_id == WIKI_RULES
        assert db.session().get(RuleSet, own) is None
    assert world.browser().get("/Mine").status_code == 200


def test_none_leaves_a_rule_as_it_is(world):
    page = world.page("Mine", "text", read="@friends")
    with world.app.app_context():
        alice = world.actor("alice")
        rights.set_rules(page, actor=alice, write="carol")
        assert rights.own_rules(page) == {"read": "@friends", "write": "carol", "comment": ""}


def test_default_of_the_wiki_still_acts_where_a_page_says_nothing(world):
    from wiki.accounts import people
    from wiki.core import access

    world.page("Mine", "text", read="*")
    with world.app.app_context(), db.write() as session:
        access.set_rules(
            session,
            session.get_one(RuleSet, WIKI_RULES),
            people.resolve_rule_name,
            write="@friends",
        )
    assert world.browser("xavier").get("/Mine/edit").status_code == 403
    assert world.browser("carol").get("/Mine/edit").status_code == 200


def test_rules_change_what_search_may_find(world):
    page = world.page("Mine", "text")
    with world.app.app_context():
        before = db.generation("rights")
        with db.write() as session:
            session.query(SearchQueue).delete()
        rights.set_rules(page, actor=world.actor("alice"), read="@friends")
        assert db.generation("rights") > before
        assert db.session().get(SearchQueue, page.id) is not None


def test_admin_gives_a_page_to_someone(world):
    world.page("Mine", "text", author="bob")
    alice = world.browser("alice")
    assert alice.post("/Mine/rights", {"read": "%", "owner": "Carol"}).status_code == 303
    assert world.browser("carol").get("/Mine/rights").status_code == 200
    assert world.browser("bob").get("/Mine").status_code == 404
    answer = alice.post("/Mine/rights", {"read": "", "owner": "nobody-here"})
    assert answer.status_code == 422
    assert "nobody-here" in answer.text


def test_owner_cannot_give_the_page_away(world):
    world.page("Mine", "text", author="bob")
    world.browser("bob").post("/Mine/rights", {"read": "", "owner": "carol"})
    with world.app.app_context():
        assert find.page_or_404("Mine", actor=world.actor()).owner_id == world.actor("bob").id


def test_rules_on_a_page_out_of_reach_are_refused(world):
    page = world.page("Mine", "text", author="bob")
    with world.app.app_context():
        with pytest.raises(Gone):
            rights.set_rules(page, actor=world.actor("carol"), read="carol")
        with pytest.raises(Invalid):
            rights.set_rules(page, actor=world.actor("bob"), read="@nobody")


def test_shared_rule_set_of_others_is_never_changed(world):
    one, two = world.page("One", "text", read="@friends"), world.page("Two", "text")
    with world.app.app_context():
        alice = world.actor("alice")
        with db.write() as session:
            session.get(Page, two.id).rules_id = one.rules_id
        rights.set_rules(find.page_or_404("Two", actor=alice), actor=alice, read="xavier")
    assert world.browser("xavier").get("/One").status_code == 404
    assert world.browser("xavier").get("/Two").status_code == 200


def test_rights_say_that_the_wiki_is_closed(world):
    world.page("Mine", "text", author="bob")
    close(world)
    assert "asks for a sign-in" in world.browser("bob").get("/Mine/rights").text


def test_who_may_create_follows_the_wiki(world):
    from wiki.accounts import people
    from wiki.core import access

    with world.app.app_context():
        assert rights.may_create(world.actor())
        assert rights.may_create(world.actor("xavier"))
        with db.write() as session:
            access.set_rules(
                session,
                session.get_one(RuleSet, WIKI_RULES),
                people.resolve_rule_name,
                write="@friends",
            )
        assert not rights.may_create(world.actor())
        assert not rights.may_create(world.actor("xavier"))
        assert rights.may_create(world.actor("bob"))
        assert rights.may_create(world.actor("alice"))
    assert world.browser("xavier").get("/-/new").status_code == 403
    assert (
        world.browser("xavier").post("/-/new", {"title": "x", "text": "kept text"}).status_code
        == 403
    )


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("*", "everyone"),
        ("+ %", "signed-in people, the owner"),
        ("@friends !bob", "the group friends, except bob"),
        ("!bob", "everyone, except bob"),
        ("", "admins only"),
    ],
)
def test_rules_are_said_in_words(app, rule, words):
    with app.test_request_context(headers={"Cookie": "lang=en"}):
        assert rights.in_words(rule) == words
