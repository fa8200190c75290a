"""What people type is read without ever being an error."""

from __future__ import annotations

import pytest

from tests.core.search.documents import Make
from wiki.core.search import pipeline
from wiki.core.search.base import Engine, Filters
from wiki.core.search.query import MOST_TERMS, parse
from wiki.core.search.spelling import distance

HOSTILE = [
    "*",
    "**************************** ?a?b?c*",
    "a* b* c* d*",
    "(" * 2000,
    "(" * 1000 + "statuts" + ")" * 1000,
    '"' * 1999,
    "-" * 500,
    "NOT AND OR statuts",
    "title:[a TO z] body:~2^1000",
    "tag: form: project: kind:",
    'tag:"',
    "\x00\x1f\x7f statuts \u202e\ufffe",
    "\ud800 statuts",
    "statuts " * 1300,
    " ".join(f"mot{number}" for number in range(1500)),
    "é" * 10_000,
    "a.e.s.e.s." * 1000,
    "'; DROP TABLE page; --",
    "%_%",
    "l'" * 3000,
]


def test_hostile_query_is_only_words(engine: Engine, make: Make) -> None:
    engine.apply([make(1, "Statuts de l'association", "Rédiger les statuts.")], (), "")
    for raw in HOSTILE:
        result = pipeline.search(engine, raw, facets=("kind", "tag"))
        pipeline.suggest(engine, raw)
        assert result.available
        assert result.hits == ([1] if "statuts" in raw else []), raw[:80]


def test_terms_are_capped() -> None:
    query = parse(" ".join(f"mot{number}" for number in range(200)))
    assert len(query.terms) == MOST_TERMS


def test_operators_are_read_in_both_languages() -> None:
    query = parse('tag:eau étiquette:"vie locale" formulaire:lieux projet:gare type:entry pluie')
    assert query.filters == Filters(frozenset({"entry"}), "lieux", "gare", ("eau", "vie locale"))
    assert [term.text for term in query.terms] == ["pluie"]


def test_typed_filter_wins_over_the_given_one_and_tags_add_up() -> None:
    query = parse("project:b tag:y", Filters(form="f", project="a", tags=("x",)))
    assert query.filters == Filters(form="f", project="b", tags=("x", "y"))


def test_unknown_operator_is_words() -> None:
    assert [term.text for term in parse("heure:midi").terms] == ["heure", "midi"]


def test_hyphen_inside_a_word_excludes_nothing() -> None:
    query = parse("chèque-emploi -urssaf")
    assert [term.text for term in query.terms] == ["chèque", "emploi"]
    assert [term.text for term in query.excluded] == ["urssaf"]


def test_query_of_stop_words_keeps_them() -> None:
    assert [term.text for term in parse("Qui sommes-nous ?").terms] == ["qui", "sommes", "nous"]
    assert [term.text for term in parse("les statuts").terms if not term.optional] == ["statuts"]


def test_nothing_typed_finds_nothing(engine: Engine, make: Make) -> None:
    engine.apply([make(1, "Accueil")], (), "")
    for raw in ("", "   ", "!?", '""', "-", "tag:"):
        assert not parse(raw).terms or raw == "tag:"
        assert pipeline.search(engine, raw).total == 0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("chat", "chat", 0),
        ("chat", "chats", 1),
        ("acceuil", "accueil", 1),
        ("licenciment", "licenciement", 1),
        ("asociatif", "associatif", 1),
        ("abc", "xyz", 3),
        ("", "ab", 2),
    ],
)
def test_distance_counts_letters(one: str, other: str, expected: int) -> None:
    assert distance(one, other, 3) == expected
    assert distance(other, one, 3) == expected
    assert distance(one, other, 0) == min(expected, 1)
