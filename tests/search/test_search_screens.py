"""The search screens: what is found for each reader, its filters, odd questions, and a missing index."""

from __future__ import annotations

import re
import shutil

import pytest

from tests.projects.stations import make_station
from wiki import worker
from wiki.search import index


@pytest.fixture
def indexed(world):
    """A wiki of a few pages, a station and a page for friends only, all indexed."""
    world.page(
        "Sourdough", "How to keep a *leaven* alive", title="Sourdough", tags=("Bread", "How")
    )
    world.page("Rye", "Rye bread wants a leaven too", title="Rye bread", tags=("Bread",))
    world.page("Secret-Recipe", "The leaven of friends", title="Zyxq recipe", read="@friends")
    make_station(world)
    catch_up(world)
    return world


def catch_up(world):
    while worker.tick(world.app):
        pass


def results(world, query, name="", **more):
    """Return the addresses of the hits shown, best first."""
    answer = world.browser(name).get("/-/search", query_string={"q": query, **more})
    assert answer.status_code == 200
    hits = answer.text.partition('class="hits"')[2].partition("</ol>")[0]
    return re.findall(r'<h\d[^>]*>\s*<a[^>]*href="/([^"]+)"', hits)


def test_search_without_words_shows_the_box_alone(indexed):
    answer = indexed.browser().get("/-/search")
    assert answer.status_code == 200
    assert 'name="q"' in answer.text and "Sourdough" not in answer.text


def test_search_finds_and_marks_what_was_typed(indexed):
    assert set(results(indexed, "leaven")) == {"Sourdough", "Rye"}
    html = indexed.browser().get("/-/search?q=leaven").text
    assert "<mark>leaven</mark>" in html


def test_search_gives_each_reader_their_own(indexed):
    assert "Secret-Recipe" in results(indexed, "leaven", "bob")
    for name in ("", "xavier"):
        browser = indexed.browser(name)
        for path in ("/-/search?q=leaven", "/-/search?q=zyxq", "/-/search/instant?q=zyx"):
            text = browser.get(path).text
            assert "Zyxq" not in text and "Secret-Recipe" not in text, (name, path)


def test_right_changed_after_the_indexing_acts_at_once(indexed):
    rule = {"read": "@friends", "write": "@friends", "comment": ""}
    assert indexed.browser("alice").post("/Rye/rights", rule).status_code == 303
    assert results(indexed, "leaven", "xavier") == ["Sourdough"]
    assert "Rye" in results(indexed, "leaven", "bob")


def test_search_is_narrowed_by_kind_tag_and_project(indexed):
    assert results(indexed, "bread", kind="station") == ["Le-Fournil"]
    assert "Le-Fournil" not in results(indexed, "bread", kind="text")
    assert results(indexed, "leaven", tag="how") == ["Sourdough"]
    assert results(indexed, "leaven", tag=["how", "nothing"]) == []
    assert results(indexed, "bread", project="Le-Fournil") == ["Le-Fournil"]
    assert results(indexed, "bread", project="nothing") == []


def test_facets_count_what_the_reader_may_see(indexed):
    html = indexed.browser().get("/-/search?q=leaven").text
    bob = indexed.browser("bob").get("/-/search?q=leaven").text
    assert re.search(r"Pages\D+2\b", re.sub(r"<[^>]+>", " ", html))
    assert re.search(r"Pages\D+3\b", re.sub(r"<[^>]+>", " ", bob))


def test_long_results_are_paged_and_end(indexed):
    for number in range(12):
        indexed.page(f"Loaf-{number}", "crumbly crust")
    catch_up(indexed)
    first, second = (results(indexed, "crumbly", page=number) for number in (1, 2))
    assert (len(first), len(second)) == (10, 2)
    assert not set(first) & set(second)
    assert indexed.browser().get("/-/search?q=crumbly&page=3").status_code == 404


@pytest.mark.parametrize(
    "query",
    ['"', "*", "a*", "((", "AND OR NOT", "tag:", "\0", "'; DROP TABLE page; --", "é" * 3000, "%"],
    ids=lambda query: ascii(query[:12]),
)
@pytest.mark.parametrize("path", ["/-/search", "/-/search/instant"])
def test_odd_questions_get_an_answer(indexed, query, path):
    answer = indexed.browser().get(path, query_string={"q": query})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_question_is_shown_back_as_text(indexed):
    html = indexed.browser().get("/-/search", query_string={"q": '"><svg onload=alert(1)>'}).text
    assert "<svg onload" not in html


def test_instant_answers_offer_pages_and_what_to_do(indexed):
    html = indexed.browser().get("/-/search/instant?q=sourd").text
    assert 'href="/Sourdough"' in html
    assert "Sourdough" not in indexed.browser().get("/-/search/instant?q=s").text


def test_search_without_index_looks_in_titles_and_keeps_rights(indexed):
    with indexed.app.app_context():
        index.engine().close()
        folder = indexed.app.config["GARE"].instance / "search"
        shutil.rmtree(folder)
        index.init_app(indexed.app)
    assert results(indexed, "rye") == ["Rye"]
    assert results(indexed, "zyxq", "xavier") == []
    assert results(indexed, "zyxq", "bob") == ["Secret-Recipe"]
