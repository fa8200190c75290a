"""What people type is read without ever being an error."""

from __future__ import annotations

from datetime import date

import pytest

from tests.core.search.documents import Make
from wiki.core.search.engines.base import Engine, Filters
from wiki.core.search.pipeline import pipeline
from wiki.core.search.pipeline.query import MOST_TERMS, parse
from wiki.core.search.pipeline.spelling import distance

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


def test_kinds_are_typed_as_people_call_them() -> None:
    for typed, kind in (
        ("fiche", "entry"),
        ("page", "text"),
        ("Fichiers", "file"),
        ("gare", "station"),
    ):
        assert parse(f"type:{typed}").filters.kinds == {kind}


@pytest.mark.parametrize(
    ("typed", "since", "until"),
    [
        ("avant:2026-01", None, date(2026, 1, 1)),
        ("before:2026", None, date(2026, 1, 1)),
        ("après:2026-02", date(2026, 2, 1), None),
        ('depuis:"12 mars 2026"', date(2026, 3, 12), None),
        ("since:01/04/2026", date(2026, 4, 1), None),
        ("date:2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("avant:demain", None, None),
        ("depuis:2026-13", None, None),
    ],
)
def test_days_are_typed_as_a_year_a_month_or_a_day(
    typed: str, since: date | None, until: date | None
) -> None:
    query = parse(f"budget {typed}")
    assert (query.filters.since, query.filters.until) == (since, until)
    assert [term.text for term in query.terms] == ["budget"]
    assert [asked.known for asked in query.asked] == [bool(since or until)]


def test_author_is_typed_in_both_languages() -> None:
    assert parse("auteur:lea").filters.author == parse('author:"lea"').filters.author == "lea"


def test_what_was_typed_as_a_filter_is_told() -> None:
    asked = parse('projet:a projet:"La Gare" tag:x tag:y pluie').asked
    assert [(each.name, each.value) for each in asked] == [
        ("project", "La Gare"),
        ("tag", "x"),
        ("tag", "y"),
    ]


def test_number_and_date_of_several_words_are_one_term() -> None:
    query = parse("budget 1 000 € du 12 mars 2026")
    assert [t.text for t in query.terms if not t.optional] == [
        "budget",
        "1000",
        "euro",
        "12 mars 2026",
    ]


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
