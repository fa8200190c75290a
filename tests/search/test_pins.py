"""Chosen answers: first for those who may read them, and no trace of them for the others."""

from __future__ import annotations

import pytest

from tests.search.test_search_screens import catch_up, results
from wiki.search import pins


@pytest.fixture
def wiki(world):
    """Pages about bread, two chosen: one open to all, one for friends only."""
    world.page("Bread", "All about bread and bread", title="Bread")
    world.page("Welcome", "Where to begin", title="Welcome")
    world.page("Recipe-Box", "The family papers", title="Zyxq box", read="@friends")
    catch_up(world)
    alice = world.browser("alice")
    for page in ("Welcome", "Recipe-Box"):
        answer = alice.post("/-/admin/search/pins", {"words": "Breads", "page": page})
        assert answer.status_code == 303
    return world


@pytest.mark.parametrize("typed", ["bread", "BREADS", "the bread", "bread ?"])
def test_chosen_answer_comes_first_however_it_is_typed(wiki, typed):
    assert results(wiki, typed) == ["Welcome", "Bread"]
    assert "Chosen answer" in wiki.browser().get("/-/search", query_string={"q": typed}).text


def test_chosen_answer_is_for_these_words_alone(wiki):
    assert results(wiki, "bread family") == ["Bread"]
    assert results(wiki, "bread", kind="text") == ["Bread"]
    assert results(wiki, "begin") == ["Welcome"]


@pytest.mark.parametrize("name", ["", "xavier"])
def test_outsider_gets_no_trace_of_a_chosen_private_page(wiki, name):
    browser = wiki.browser(name)
    for path in ("/-/search?q=bread", "/-/search/instant?q=bread", "/-/api/v1/search?q=bread"):
        text = browser.get(path).text
        assert "Zyxq" not in text and "Recipe-Box" not in text, path
        assert "Welcome" in text, path
    assert browser.get("/-/api/v1/search?q=bread").json["total"] == 2


def test_member_gets_what_the_rule_lets_them_read(wiki):
    assert set(results(wiki, "bread", "bob")) == {"Welcome", "Recipe-Box", "Bread"}


def test_page_put_in_the_trash_is_chosen_no_longer(wiki):
    assert wiki.browser("alice").post("/Welcome/trash").status_code == 303
    assert results(wiki, "bread") == ["Bread"]


def test_choice_is_listed_and_removed(wiki):
    alice = wiki.browser("alice")
    with wiki.app.app_context():
        first = pins.listing()[0]
        assert [(pin.words, pin.page.name) for pin in pins.listing()] == [
            ("Breads", "Welcome"),
            ("Breads", "Recipe-Box"),
        ]
    assert "Zyxq box" in alice.get("/-/admin/search").text
    assert alice.post(f"/-/admin/search/pins/{first.id}/removal").status_code == 303
    assert alice.post(f"/-/admin/search/pins/{first.id}/removal").status_code == 404
    assert results(wiki, "bread") == ["Bread"]


@pytest.mark.parametrize(
    ("words", "page", "says"),
    [
        ("", "Welcome", "Type the words"),
        ("?!", "Welcome", "Type the words"),
        ("loaf", "Nowhere", "no page of this name"),
        ("loaf", "", "no page of this name"),
    ],
)
def test_bad_choice_is_refused_and_what_was_typed_stays(wiki, words, page, says):
    answer = wiki.browser("alice").post("/-/admin/search/pins", {"words": words, "page": page})
    assert answer.status_code == 422
    assert says in answer.text
    if page:
        assert f'value="{page}"' in answer.text


def test_choosing_twice_changes_nothing(wiki):
    wiki.browser("alice").post("/-/admin/search/pins", {"words": "bread", "page": "Welcome"})
    with wiki.app.app_context():
        assert len(pins.listing()) == 2


@pytest.mark.parametrize("name", ["", "bob"])
def test_screen_of_the_search_is_for_admins(wiki, name):
    browser = wiki.browser(name)
    before = results(wiki, "begin")
    assert browser.get("/-/admin/search").status_code in (303, 403, 404)
    answer = browser.post("/-/admin/search/pins", {"words": "begin", "page": "Bread"})
    assert answer.status_code in (303, 403, 404)
    assert results(wiki, "begin") == before
