"""The results page: facets of people and time, chips, order, paths, pages under a page, ways when nothing is found."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.pages.counting import statements
from tests.projects.stations import KEY, make_station
from tests.search.desk import catch_up, make_desk
from wiki.core import db
from wiki.core.search.index import queue
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.pages.models import Page
from wiki.search.subtree import tree_under


@pytest.fixture
def bakery(world):
    """Pages by two people at two times, a station, all indexed."""
    world.page("Old-bread", "bread of old", title="Old bread", tags=("crumb",))
    world.page("New-bread", "bread of now, bread again", title="New bread", author="bob")
    make_station(world)
    with world.app.app_context(), db.write() as session:
        old = db.utcnow() - timedelta(days=800)
        session.execute(update(Page).where(Page.name == "Old-bread").values(updated_at=old))
        queue.enqueue(session, list(session.scalars(select(Page.id))))
    catch_up(world)
    return world


def shown(world, name="", **args):
    answer = world.browser(name).get("/-/search", query_string=args)
    assert answer.status_code == 200
    return answer.text


def hits(html):
    found = html.partition('class="hits"')[2].partition("</ol>")[0]
    return re.findall(r'<h2>\s*<a[^>]*href="/([^"]+)"', found)


def test_hits_are_narrowed_by_who_wrote_them(bakery):
    html = shown(bakery, q="bread", author="bob")
    assert set(hits(html)) == {"New-bread", KEY}
    assert "Bob Member" in html, "people are called by the name they show"
    assert hits(shown(bakery, q="bread", author="nobody")) == []


def test_hits_are_narrowed_by_time(bakery):
    assert hits(shown(bakery, q="bread", when="older")) == ["Old-bread"]
    assert "Old-bread" not in hits(shown(bakery, q="bread", when="month"))
    html = shown(bakery, q="bread")
    counted = dict(re.findall(r'name="when"\s+value="(\w+)".*?class="count">(\d+)', html, re.S))
    assert counted["older"] == "1" and counted["month"] == "2"


def test_hits_come_by_date_when_asked(bakery):
    found = hits(shown(bakery, q="bread", sort="date"))
    assert found[-1] == "Old-bread" and len(found) == 3


def test_filters_at_work_are_shown_and_come_off(bakery):
    html = shown(bakery, q="bread tag:crumb", project="", author="alice")
    chips = html.partition("Active filters")[2].partition("</ul>")[0]
    assert "#crumb" in chips and "alice" in chips.lower()
    links = re.findall(r'href="([^"]+)"', chips)
    assert any("tag" not in link and "author=alice" in link for link in links)


def test_typed_filter_is_ticked_in_the_form(bakery):
    html = shown(bakery, q="bread tag:crumb")
    assert re.search(r'name="tag"\s+value="crumb"\s+checked', html)
    assert hits(html) == ["Old-bread"]


def test_search_within_a_page_reads_its_tree_in_one_query(bakery):
    with bakery.app.app_context():
        alice = bakery.actor("alice")
        top = find.page_or_404("Old-bread", actor=alice)
        child = save.create(
            save.NewPage("Crust", parent_id=top.id), Content("Crust", "bread"), author=alice
        )
        save.create(
            save.NewPage("Seeds", parent_id=child.id), Content("Seeds", "bread"), author=alice
        )
    catch_up(bakery)
    html = shown(bakery, q="bread", within="old-bread")
    assert set(hits(html)) == {"Old-bread", "Crust", "Seeds"}
    assert "within “Old bread”" in html
    with statements(bakery.app) as seen, bakery.app.app_context():
        assert len(tree_under("Old-bread", actor=bakery.actor()).ids) == 3
    assert len([one for one in seen if "tree" in one]) == 1


def test_tree_stops_at_a_hidden_page_and_says_nothing_of_it(bakery):
    with bakery.app.app_context():
        alice = bakery.actor("alice")
        top = find.page_or_404("Old-bread", actor=alice)
        middle = save.create(
            save.NewPage("Zyxq-middle", parent_id=top.id),
            Content("Zyxq middle", "bread"),
            author=alice,
        )
        save.create(
            save.NewPage("Below", parent_id=middle.id), Content("Below", "bread"), author=alice
        )
        rights.set_rules(middle, actor=alice, read="@friends")
    catch_up(bakery)
    assert hits(shown(bakery, "xavier", q="bread", within="Old-bread")) == ["Old-bread"]
    assert set(hits(shown(bakery, "bob", q="bread", within="Old-bread"))) == {
        "Old-bread",
        "Zyxq-middle",
        "Below",
    }
    hidden, missing = (
        shown(bakery, q="bread", within=name) for name in ("Zyxq-middle", "Zyxq-nowhere")
    )
    assert hidden.replace("Zyxq-middle", "X") == missing.replace("Zyxq-nowhere", "X")


def test_nothing_found_offers_what_this_reader_may_do(bakery):
    make_desk(bakery, write="@friends")
    outside, inside = (shown(bakery, who, q="zorglub") for who in ("xavier", "bob"))
    assert "/-/forms/faq/new?" not in outside
    assert "/-/forms/faq/new?title=zorglub" in inside.replace("&amp;", "&")
    assert "/-/new?title=zorglub" in inside
    assert "no-store" in bakery.browser().get("/-/search?q=zorglub").headers["Cache-Control"]


def test_nothing_found_with_filters_says_what_is_found_without(bakery):
    html = shown(bakery, q="bread", tag="nothing")
    assert "3 results without these filters" in html


def test_question_opens_a_new_entry_with_its_words(bakery):
    make_desk(bakery)
    html = bakery.browser("bob").get("/-/forms/faq/new?title=Why+zorglub").text
    assert 'value="Why zorglub"' in html


@pytest.mark.parametrize("name", ["", "bob"])
def test_results_cost_the_same_with_one_hit_and_with_ten(bakery, name):
    browser = bakery.browser(name)

    def cost(q):
        browser.get("/-/search", query_string={"q": q}, headers={"HX-Request": "false"})
        with statements(bakery.app) as seen:
            answer = browser.get(
                "/-/search", query_string={"q": q}, headers={"HX-Request": "false"}
            )
        return len(hits(answer.text)), len(seen)

    found, one = cost("crumb")
    assert found == 1
    for number in range(9):
        bakery.page(f"Loaf-{number}", "bread and crumb", author="bob", tags=(f"t{number}",))
    catch_up(bakery)
    found, many = cost("crumb")
    assert (found, many) == (10, one)
    assert one <= 18
