"""Entries of other wikis in the search of the wiki: apart, uncounted, for who may see the form they stand beside."""

from __future__ import annotations

import pytest

from tests.bazar import neighbours, partners
from tests.pages.counting import statements
from tests.search.desk import catch_up
from tests.world import World
from wiki.accounts import people
from wiki.bazar.forms import forms
from wiki.bazar.remote import cache
from wiki.core import access, db

pytestmark = pytest.mark.data
API = "/-/api/v1/search"
NONE = {"total": 0, "items": []}


@pytest.fixture
def network(world: World) -> World:
    """One partner of ours, and a form of friends; beside each, entries of other wikis."""
    partners.make(world, rows=[("Octet Coop",)])
    partners.make(world, rows=[], key="circle", rules={"read": "@friends"})
    with world.app.app_context():
        neighbours.keep("partners", "ruche.test", "Octet du Miel", "La Cire", "Miel & Octets")
        neighbours.keep("partners", "four.test", "Le Four à octet")
        neighbours.keep("circle", "zyxqsite.test", "Zyxqtitle octet")
    catch_up(world)
    return world


def shown(world: World, name: str = "", **args) -> str:
    """Return what the results page says."""
    answer = world.browser(name).get("/-/search", query_string=args)
    assert answer.status_code == 200
    return _unmarked(answer.text.partition("<main")[2])


def _unmarked(text: str) -> str:
    return text.replace("<mark>", "").replace("</mark>", "")


def elsewhere(world: World, name: str = "", **args) -> dict:
    """Return what the API says of other wikis."""
    return world.browser(name).get(API, query_string=args | {"elsewhere": "1"}).json["elsewhere"]


def test_entries_of_other_wikis_stand_under_our_hits_marked_and_in_no_count(network: World):
    text = shown(network, q="octet")
    assert "1 result" in text and "3 entries of other wikis" in text
    ours, _heading, theirs = text.partition("On other wikis")
    assert "Octet Coop" in ours and "ruche.test" not in ours
    assert 'href="https://ruche.test/1" rel="noopener nofollow ugc"' in theirs
    assert "at ruche.test" in theirs and "at four.test" in theirs
    # Each site in its turn: the first does not hide the second.
    assert theirs.index("Octet du Miel") < theirs.index("Le Four") < theirs.index("Miel &amp; Oct")
    # Words in any order, accents or not; small words, and those of a phrase, ask for no more.
    for words in ("four octet", "OCTET four", "l'octet du four", '"Le Four"'):
        text = shown(network, q=words)
        assert "Le Four à octet" in text and "1 entry of another wiki" in text, words
    alone = network.browser().get(API, query_string={"q": "cire", "elsewhere": "1"}).json
    assert (alone["total"], alone["hits"], alone["facets"]["kind"]) == (0, [], [])
    assert alone["elsewhere"]["total"] == 1
    said = {"title": "La Cire", "url": "https://ruche.test/2", "site": "ruche.test"}
    said |= {"form": "partners", "place": "", "excerpt": "About La Cire"}
    assert alone["elsewhere"]["items"] == [said]
    text = shown(network, q="cire")
    assert "Nothing found" in text and "La Cire" in text


def test_many_are_shown_by_the_list_with_the_same_words(network: World):
    with network.app.app_context():
        neighbours.keep("partners", "many.test", *(f"Octet {number}" for number in range(7)))
    text = shown(network, q="octet")
    assert "10 entries of other wikis" in text
    assert text.partition("On other wikis")[2].count("<h3>") == 5
    assert "The 10 beside “Partners”" in text
    way = text.partition('class="way" href="')[2].partition('"')[0]
    assert way == "/-/forms/partners?q=octet"
    assert "10 entries of other wikis" in network.browser().get(way).text
    assert len(elsewhere(network, q="octet")["items"]) == 5


@pytest.mark.parametrize(
    ("args", "found"),
    [
        ({"kind": "entry"}, 3),
        ({"form": "partners"}, 3),
        ({"kind": "text"}, 0),
        ({"form": "circle"}, 0),
        ({"form": "nowhere"}, 0),
        ({"tag": "miel"}, 0),
        ({"author": "alice"}, 0),
        ({"since": "2020-01-01"}, 0),
        ({"within": "Home"}, 0),
    ],
)
def test_filters_of_ours_are_answered_by_nothing_of_elsewhere(network: World, args, found):
    assert elsewhere(network, q="octet", **args)["total"] == found
    assert ("On other wikis" in shown(network, q="octet", **args)) is bool(found)


def test_nothing_of_elsewhere_without_words_past_the_first_page_or_with_one_left_out(network):
    assert elsewhere(network, q="octet form:partners")["total"] == 3
    for args in ({"form": "partners"}, {"q": "octet -miel"}, {}):
        assert elsewhere(network, **args) == NONE, args
    for number in range(10):
        network.page(f"Octet-{number}", "octet")
    catch_up(network)
    assert "On other wikis" in shown(network, q="octet")
    for args in ({"q": "octet", "page": "2"}, {"form": "partners"}, {}):
        assert "On other wikis" not in shown(network, **args), args


def test_what_a_reader_may_see_no_more_is_gone_at_once_from_kept_answers_too(network: World):
    for who in ("", "xavier"):
        assert "Zyxqtitle" not in shown(network, who, q="zyxqtitle")
        for args in ({"q": "octet"}, {"q": "octet", "form": "circle"}):
            assert "zyxq" not in shown(network, who, **args).casefold()
            assert "zyxq" not in str(elsewhere(network, who, **args)).casefold()
    assert "at zyxqsite.test" in shown(network, "bob", q="zyxqtitle")
    assert elsewhere(network, "bob", q="octet")["total"] == 4
    reader = network.browser()
    first = reader.get("/-/search?q=octet")
    assert "no-cache" in first.headers["Cache-Control"], "it is kept for the next"
    assert "ruche.test" in first.text
    with network.app.app_context():
        form = forms.form_named("partners")
        source = cache.sources_of(form)[0].id
        cache.remove(form, source)
    text = reader.get("/-/search?q=octet").text
    assert "ruche.test" not in text and "four.test" in text
    with network.app.app_context(), db.write() as session:
        rules = session.get_one(access.RuleSet, forms.form_named("partners").rules_id)
        access.set_rules(session, rules, people.resolve_rule_name, read="@friends")
    for who in ("", "xavier"):
        assert "four.test" not in network.browser(who).get("/-/search?q=octet").text
        assert elsewhere(network, who, q="octet") == NONE
    assert elsewhere(network, "carol", q="octet")["total"] == 2


@pytest.mark.parametrize("url", ["/-/search?q=loaf", f"{API}?q=loaf&elsewhere=1"])
def test_search_costs_one_statement_more_without_sources_and_two_with_any_number(world: World, url):
    partners.make(world, rows=[("A loaf",)])
    catch_up(world)
    browser = world.browser("bob")

    def cost(words: str) -> tuple[int, int]:
        browser.get(url)
        with statements(world.app) as seen:
            text = browser.get(url).text
        assert words in _unmarked(text)
        return len(seen), sum("elsewhere_entry" in one for one in seen)

    none, asked = cost("A loaf")
    assert asked == 1
    for number in range(1, 4):
        with world.app.app_context():
            neighbours.keep("partners", f"site{number}.test", "Their loaf")
        assert cost(f"site{number}.test") == (none + 1, 2), number
