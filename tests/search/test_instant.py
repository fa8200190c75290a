"""The instant answers: by kinds, people for signed-in readers, actions by rights; and what browsers ask."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from tests.pages.counting import statements
from tests.projects.stations import make_station
from tests.search.desk import catch_up, make_desk
from wiki.accounts import people
from wiki.core import access, db, settings


@pytest.fixture
def indexed(world):
    world.page("Leaven", "How to keep it alive", title="Leaven & <care>")
    world.page("Zyxq-leaven", "secret", title="Zyxq leaven", read="@friends")
    make_station(world)
    make_desk(world)
    return world


def groups(world, q, name=""):
    """Return the labels of the options by group, marks taken off."""
    answer = world.browser(name).get("/-/search/instant", query_string={"q": q})
    assert answer.status_code == 200
    found = {}
    for part in answer.text.split('role="group"')[1:]:
        label = re.search(r'class="group"[^>]*>([^<]*)', part)
        options = re.findall(r'role="option">.*?</svg>\s*<span>(.*?)</span>', part, re.S)
        found[label[1].strip()] = [re.sub("<[^>]+>", "", one).strip() for one in options]
    return found


def test_answers_are_grouped_by_kind(indexed):
    found = groups(indexed, "leaven")
    assert found["Pages"] == ["Leaven &amp; &lt;care&gt;"]
    assert found["Entries"] == ["Who feeds the leaven in August?"]
    assert groups(indexed, "fourn")["Stations"] == ["Le Fournil"]


def test_beginnings_are_marked_and_the_rest_is_escaped(indexed):
    html = indexed.browser().get("/-/search/instant?q=leav").text
    assert "<mark>Leav</mark>en &amp; &lt;care&gt;" in html


def test_people_are_found_by_signed_in_readers_alone(indexed):
    assert groups(indexed, "xav", "bob")["People"] == ["Xavier Outside"]
    assert groups(indexed, "outs", "bob")["People"] == ["Xavier Outside"]
    assert "People" not in groups(indexed, "xav")
    assert "Xavier" not in indexed.browser().get("/-/search/instant?q=xav").text


def test_hidden_pages_are_no_answers(indexed):
    assert "Zyxq leaven" in str(groups(indexed, "leaven", "bob"))
    for name in ("", "xavier"):
        assert "Zyxq" not in str(groups(indexed, "leaven", name))
        assert "zyxqfaq" not in str(groups(indexed, "recipe", name))


def test_actions_follow_rights(indexed):
    with indexed.app.app_context(), db.write() as session:
        settings.put(session, anonymous_edit=False)
        rules = session.get_one(access.RuleSet, access.WIKI_RULES)
        access.set_rules(session, rules, people.resolve_rule_name, write="@friends")
    bob, xavier, anonymous = (
        groups(indexed, "frequ", who)["Actions"] for who in ("bob", "xavier", "")
    )
    assert "New page “frequ”" in bob and "New page “frequ”" not in xavier + anonymous
    assert "New entry in Frequent questions" in bob
    assert "New entry in Frequent questions" in xavier, "the form's own rule lets all members add"
    assert "New entry in Frequent questions" not in anonymous


def test_screens_are_actions_for_who_may_open_them(indexed):
    assert "Recent changes" in groups(indexed, "recent")["Actions"]
    assert "Administration" in groups(indexed, "admin", "alice")["Actions"]
    assert "Administration" not in groups(indexed, "admin", "bob")["Actions"]


def test_counts_are_said_in_words(indexed):
    html = indexed.browser().get("/-/search/instant?q=leaven").text
    assert re.search(r'data-said="1 page, 1 entry"', html)
    assert 'data-said="Nothing found"' in indexed.browser().get("/-/search/instant?q=qqqq").text


@pytest.mark.parametrize("name", ["", "bob"])
def test_answers_cost_the_same_with_one_page_and_with_five(indexed, name):
    browser = indexed.browser(name)

    def cost():
        browser.get("/-/search/instant?q=brioche", headers={"HX-Request": "true"})
        with statements(indexed.app) as seen:
            answer = browser.get("/-/search/instant?q=brioche", headers={"HX-Request": "true"})
        return answer.text.count('href="/Brioche'), len(seen)

    indexed.page("Brioche-0", "x", title="Brioche 0")
    catch_up(indexed)
    assert cost()[0] == 1
    one = cost()[1]
    for number in range(1, 5):
        indexed.page(f"Brioche-{number}", "x", title=f"Brioche {number}")
    catch_up(indexed)
    assert cost() == (5, one)
    assert one <= 15


def test_browsers_are_told_of_the_search(indexed):
    home = indexed.browser().get("/").text
    assert 'type="application/opensearchdescription+xml"' in home
    answer = indexed.browser().get("/-/opensearch.xml")
    assert answer.mimetype == "application/opensearchdescription+xml"
    space = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
    root = ElementTree.fromstring(answer.text)
    urls = [one.get("template") for one in root.findall("o:Url", space)]
    assert all(url.startswith("http://localhost/-/") for url in urls)
    assert {one.text for one in root.findall("o:Language", space)} == {"fr", "en"}


def test_suggestions_speak_opensearch(indexed):
    answer = indexed.browser().get("/-/search/suggestions?q=leav")
    assert answer.mimetype == "application/x-suggestions+json"
    typed, titles, places, urls = json.loads(answer.text)
    assert typed == "leav" and "Leaven & <care>" in titles
    assert len(titles) == len(places) == len(urls)
    assert "<" not in answer.text and "Zyxq" not in answer.text
