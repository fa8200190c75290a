"""The synonyms of a network and the filters people type: what is kept, what it changes, what is unknown."""

from __future__ import annotations

import pytest

from tests.pages.counting import statements
from tests.projects.stations import make_station
from tests.search.test_search_screens import catch_up, results
from wiki.search import index, synonyms
from wiki.search.synonyms import Wrong


@pytest.fixture
def indexed(world):
    world.page("Gathering", "Once a year", title="Grand gathering", tags=("Feast",))
    world.page("Plan", "What we plan", title="Plan")
    world.page("Secret", "Hush", title="Secret plan", read="@friends", tags=("Hidden",))
    make_station(world)
    catch_up(world)
    return world


def save(world, text, name="alice"):
    return world.browser(name).post("/-/admin/search/synonyms", {"synonyms": text})


def test_synonym_acts_at_once(indexed):
    assert results(indexed, "gg") == []
    assert save(indexed, "GG, grand gathering\r\n# a note").status_code == 303
    assert results(indexed, "gg") == ["Gathering"]
    assert results(indexed, "G.G.") == ["Gathering"]
    assert save(indexed, "").status_code == 303
    assert results(indexed, "gg") == []


def test_acronym_every_wiki_knows_can_be_forgotten(indexed):
    indexed.page("Assembly", "", title="Assemblée générale")
    catch_up(indexed)
    assert results(indexed, "AG") == ["Assembly"]
    save(indexed, "-AG")
    assert results(indexed, "AG") == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("alone", Wrong.ALONE),
        ("a word, !!", Wrong.EMPTY),
        ("yes, " + "long " * 30, Wrong.LONG),
        ("one, other\nthird, ONE", Wrong.TWICE),
        (", ".join(f"w{n}" for n in range(20)), Wrong.MANY),
        ("\n".join(f"a{n}, b{n}" for n in range(400)), Wrong.MANY),
        ("-two, words", Wrong.ALONE),
    ],
)
def test_wrong_line_is_told_and_nothing_is_kept(indexed, text, wrong):
    save(indexed, "GG, grand gathering")
    with indexed.app.app_context():
        assert wrong in [fault.wrong for fault in synonyms.check(text)]
    answer = save(indexed, text)
    assert answer.status_code == 422
    assert text.splitlines()[0][:40] in answer.text
    assert results(indexed, "gg") == ["Gathering"]


def test_synonyms_and_choices_are_kept_by_the_command_line(indexed, gare, tmp_path):
    file = tmp_path / "groups.txt"
    file.write_text("GG, grand gathering\n")
    gare("synonyms", "set", file)
    assert gare("synonyms", "list").output == "GG, grand gathering\n"
    file.write_text("alone\n")
    assert "line 1: alone alone" in gare("synonyms", "set", file, ok=False).output
    gare("pin", "add", "the plan", "Gathering")
    gare("pin", "add", "the plan", "Nowhere", ok=False)
    number = gare("pin", "list").output.split("\t")[0]
    gare("pin", "remove", number)
    assert gare("pin", "list").output == ""


def asked(world, raw, name=""):
    with world.app.app_context():
        answer = index.search(raw, actor=world.actor(name))
        return [(each.name, each.known) for each in answer.query.asked], answer


def test_filter_is_known_by_what_people_call_it(indexed):
    known, answer = asked(indexed, 'projet:"le fournil"')
    assert known == [("project", True)]
    assert answer.query.filters.project == "Le-Fournil"
    assert asked(indexed, "auteur:alice")[1].query.filters.author == "alice"
    assert asked(indexed, 'tag:feast type:page avant:2199-01 gathering')[0] == [
        ("tag", True), ("kind", True), ("until", True)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "typed", ["form:nothing", "projet:nothing", "auteur:nobody", "type:nothing", "avant:nothing"]
)
def test_unknown_filter_says_so_and_narrows_nothing(indexed, typed):
    known, answer = asked(indexed, f"gathering {typed}")
    assert [each for _name, each in known] == [False]
    assert [hit.page.name for hit in answer.hits] == ["Gathering"]
    assert not answer.query.filters


def test_filter_on_what_one_may_not_see_is_unknown(indexed):
    assert asked(indexed, "tag:hidden")[0] == [("tag", False)]
    assert asked(indexed, "tag:hidden", "bob")[0] == [("tag", True)]
    indexed.page("Diary", "Of Carol", title="Diary", author="carol", read="@friends")
    assert asked(indexed, "auteur:carol")[0] == [("author", False)]
    assert asked(indexed, "auteur:carol", "bob")[0] == [("author", True)]


def test_exact_search_corrects_nothing(indexed):
    assert results(indexed, "gathring") == ["Gathering"]
    assert results(indexed, "gathring", exact="1") == []
    api = indexed.browser().get("/-/api/v1/search?q=gathring&exact=1").json
    assert (api["total"], api["corrected"]) == (0, "")


def test_search_takes_as_many_statements_whatever_is_found(indexed):
    def cost(raw):
        with statements(indexed.app) as seen, indexed.app.app_context():
            index.search(raw, actor=indexed.actor("bob"), facets=("kind", "tag"))
        return len(seen)

    cost("plan")
    few = cost("gathering")
    for number in range(8):
        indexed.page(f"Plan-{number}", "[[Gathering]] and [[Plan]]", title=f"Plan {number}")
    catch_up(indexed)
    save(indexed, "\n".join(f"a{n}, b{n}" for n in range(50)))
    cost("plan")
    assert cost("plan gathering year what we want to do") == few
    assert cost("tag:a tag:b tag:c plan") == cost("tag:feast plan")
    assert few <= 10


def test_linked_page_passes_its_equals_for_those_who_see_the_links(indexed):
    indexed.page("Twin-1", "twin", title="Twin page")
    indexed.page("Twin-2", "twin", title="Twin page")
    for number in range(5):
        indexed.page(f"Link-{number}", "[[Twin-2]]", title=f"L {number}", read="@friends")
    catch_up(indexed)
    assert results(indexed, "twin page", "bob")[0] == "Twin-2"
    with indexed.app.app_context():
        from wiki.core import db
        from wiki.pages.models import Page
        from wiki.search.indexing.signals import boosts

        ids = [page.id for page in db.session().query(Page).where(Page.name.like("Twin%"))]
        seen = boosts(ids, actor=indexed.actor("bob"))
        unseen = boosts(ids, actor=indexed.actor("xavier"))
    assert seen[ids[1]] > seen[ids[0]]
    assert unseen[ids[1]] == pytest.approx(unseen[ids[0]], abs=1e-3)
    assert all(0 <= value <= 1 for value in (*seen.values(), *unseen.values()))
