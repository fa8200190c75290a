"""Search through the API: hits, snippets, facets, filters, permissions."""

from __future__ import annotations

import pytest

from tests.bazar.partners import SECRET, make
from wiki import worker

HIDDEN = "zyxqv7"


@pytest.fixture
def indexed(world):
    """Create indexed pages and entries."""
    make(world)
    world.page(
        "Fiche-compost", "Le compost <b>des</b> familles", title="Le compost", tags=("jardin",)
    )
    world.page("Compost-secret", f"Le compost {HIDDEN}", title=f"Compost {HIDDEN}", read="@friends")
    while worker.tick(world.app):
        pass


@pytest.mark.usefixtures("indexed")
def test_hits_have_snippets_and_facet_counts(program):
    answer = program().get("/search", q="composts").get_json()
    assert answer.keys() == {"total", "corrected", "hits", "facets"}
    assert (answer["total"], answer["corrected"]) == (1, "")
    snippet = answer["hits"][0].pop("snippet")
    hit = {"name": "Fiche-compost", "title": "Le compost", "kind": "text"}
    assert answer["hits"] == [hit]
    assert "<mark>compost</mark>" in snippet and "<b>" not in snippet
    assert answer["facets"]["kind"] == [{"value": "text", "count": 1}]
    assert answer["facets"]["tag"] == [{"value": "jardin", "count": 1}]


@pytest.mark.usefixtures("indexed")
def test_unreadable_pages_are_neither_found_nor_counted(program):
    for who in ("xavier", ""):
        for words in ("compost", HIDDEN, SECRET, "zyxqv"):
            answer = program(who).get("/search", q=words)
            assert HIDDEN not in answer.text.replace(f'"corrected":"{words}"', "")
            assert answer.get_json()["total"] == (1 if words == "compost" else 0)
    assert program("carol").get("/search", q="compost").get_json()["total"] == 2


@pytest.mark.usefixtures("indexed")
def test_misspelt_word_is_corrected(program):
    answer = program().get("/search", q="compsot").get_json()
    assert (answer["corrected"], answer["total"]) == ("compost", 1)


@pytest.mark.usefixtures("indexed")
def test_search_filters_and_limits(program):
    bob = program("bob")
    assert bob.get("/search", q="octet", kind="entry").get_json()["total"] == 1
    assert bob.get("/search", q="octet", kind="text").get_json()["total"] == 0
    assert (
        bob.get("/search", q="octet", kind=["text", "entry"], form="partners").get_json()["total"]
        == 1
    )
    every = bob.get("/search", kind="entry", limit=100).get_json()
    assert every["total"] == len(every["hits"]) == 5
    parts = [
        bob.get("/search", kind="entry", limit=2, offset=skip).get_json() for skip in (0, 2, 4, 6)
    ]
    assert [hit for part in parts for hit in part["hits"]] == every["hits"]
    assert {part["total"] for part in parts} == {5}


@pytest.mark.usefixtures("indexed")
def test_search_accepts_any_text(program):
    for words in (
        "",
        " ",
        "%",
        "_",
        '"',
        "AND OR NOT",
        "*",
        "((",
        "\x01",
        "é" * 5000,
        "title:",
        "-",
        "a" * 300,
    ):
        answer = program().get("/search", q=words)
        assert answer.status_code == 200, words
        assert answer.get_json()["total"] < 8
    for wrong in ({"limit": 101}, {"offset": 10_001}, {"limit": "a"}):
        assert program().get("/search", q="compost", **wrong).status_code == 400
    assert program().get("/search", q="compost", limit=0).get_json()["total"] == 1


@pytest.mark.usefixtures("indexed")
def test_search_filters_by_author_day_and_tree(program):
    def total(**arguments):
        return (
            program("bob").get("/search", kind=["text", "entry"], **arguments).get_json()["total"]
        )

    every = total()
    assert total(author="alice") == total(since="2020-01-01") == every > 1
    assert total(author="bob") == total(until="2020-01-01") == total(since="2999-01-01") == 0
    assert total(within="Fiche-compost") == 1
    assert total(within="Nowhere") == total(within="Fiche-compost", author="bob") == 0


@pytest.mark.usefixtures("indexed")
def test_hidden_tree_gets_the_response_of_a_missing_one(program):
    hidden, missing = (
        program("xavier").get("/search", q="compost", within=name).get_json()
        for name in ("Compost-secret", "Nowhere")
    )
    assert hidden == missing and hidden["total"] == 0
    assert program("carol").get("/search", within="Compost-secret").get_json()["total"] == 1


@pytest.mark.usefixtures("indexed")
def test_facets_cover_every_kind(program):
    facets = program().get("/search", q="compost").get_json()["facets"]
    assert facets.keys() == {"kind", "form", "project", "author", "month", "tag"}
    assert facets["author"] == [{"value": "alice", "count": 1}]
    assert len(facets["month"]) == 1 and len(facets["month"][0]["value"]) == len("2026-11")


@pytest.mark.usefixtures("indexed")
def test_hits_are_sorted_by_date_and_invalid_arguments_refused(program):
    dated = program("carol").get("/search", q="compost", sort="date").get_json()
    assert [hit["name"] for hit in dated["hits"]] == ["Compost-secret", "Fiche-compost"]
    for wrong in ({"since": "2026-02-30"}, {"until": "yesterday"}, {"sort": "size"}):
        assert program().get("/search", q="compost", **wrong).status_code == 400
