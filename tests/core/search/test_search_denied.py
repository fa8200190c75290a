"""Xavier may not see some documents: nothing of them shows, not a count nor a word."""

from __future__ import annotations

import pytest

from tests.core.search.documents import Make
from wiki.core.search.engines.base import FACETS, Candidates, Engine
from wiki.core.search.pipeline import pipeline
from wiki.core.search.pipeline.query import parse

DENIED = frozenset({2, 3, 4, 5, 6, 7})


@pytest.fixture
def mixed(engine: Engine, make: Make) -> Engine:
    secret = {
        "kind": "decision",
        "form": "salaires",
        "project": "discret",
        "tags": ("licenciement",),
    }
    hidden = [
        make(n, f"Rupture conventionnelle {n}", "budget caché", **secret) for n in range(2, 8)
    ]
    engine.apply([make(1, "Budget public", "Le budget.", tags=("argent",)), *hidden], (), "")
    return engine


def test_total_hits_and_pages_leave_denied_documents_out(mixed: Engine) -> None:
    for raw in ("budget", "budget caché", "conventionnelle", "-inconnu", '"budget caché"'):
        for offset in (0, 1, 5):
            result = pipeline.search(mixed, raw, denied=DENIED, offset=offset)
            assert not DENIED & set(result.hits)
            assert result.total <= 1
    assert pipeline.search(mixed, "budget").total == 7


def test_facets_leave_denied_documents_out(mixed: Engine) -> None:
    secret = {"decision", "salaires", "discret", "licenciement"}
    for raw in ("budget", "caché", "-inconnu", "budget kind:decision"):
        facets = pipeline.search(mixed, raw, denied=DENIED, facets=FACETS).facets
        assert set(facets) == set(FACETS)
        for counted in facets.values():
            assert sum(count for _value, count in counted) <= 1
            assert not secret & {value for value, _count in counted}


def test_filter_on_a_denied_value_finds_nothing(mixed: Engine) -> None:
    for raw in ("project:discret", "form:salaires", "tag:licenciement", "kind:decision"):
        assert pipeline.search(mixed, raw, denied=DENIED).total == 0
        assert pipeline.search(mixed, raw).total == 6


def test_words_of_denied_documents_are_never_proposed(mixed: Engine) -> None:
    for typed in ("conventionelle", "conventionn", "licenciment", "ruptur", "licen"):
        assert pipeline.search(mixed, typed).hits
        result = pipeline.search(mixed, typed, denied=DENIED)
        assert (result.corrected, result.hits, result.total) == ("", [], 0)
        nothing = pipeline.search(mixed, typed, denied=set(range(1, 99)))
        assert set(result.terms) == set(nothing.terms)


def test_split_word_of_denied_documents_is_never_proposed(mixed: Engine, make: Make) -> None:
    mixed.apply([make(8, "Conseil de prud'hommes")], (), "")
    assert pipeline.search(mixed, "prudhommes").corrected
    assert pipeline.search(mixed, "prudhommes", denied=DENIED | {8}).corrected == ""


def test_suggestions_leave_denied_documents_out(mixed: Engine) -> None:
    assert pipeline.suggest(mixed, "rup")
    assert pipeline.suggest(mixed, "rup", denied=DENIED) == []
    assert pipeline.suggest(mixed, "bud", denied=DENIED) == [1]


def test_vocabulary_counts_only_visible_documents(mixed: Engine, make: Make) -> None:
    mixed.apply([make(9, "Rupture de stock")], (), "")
    words = mixed.vocabulary("rup", DENIED)
    assert [(word.surface, word.count) for word in words] == [("rupture", 1)]
    assert [word.surface for word in mixed.vocabulary("conv", DENIED)] == []


def test_change_of_rights_acts_at_once(mixed: Engine) -> None:
    assert pipeline.search(mixed, "conventionnelle", denied=DENIED).total == 0
    assert pipeline.search(mixed, "conventionnelle", denied=DENIED - {2}).hits == [2]
    assert pipeline.search(mixed, "conventionnelle", denied=set()).total == 6


def test_document_changed_since_is_still_denied(mixed: Engine, make: Make) -> None:
    """The mask is of ids: an update gives the document a new place in the index."""
    pipeline.search(mixed, "rupture", denied=DENIED)
    mixed.apply([make(2, "Rupture conventionnelle, suite")], (), "")
    assert pipeline.search(mixed, "rupture", denied=DENIED).total == 0


def test_same_answer_as_if_denied_documents_did_not_exist(mixed: Engine, make: Make) -> None:
    for raw in ("budget", "budget caché", "bugdet", "conventionelle"):
        before = pipeline.search(mixed, raw, denied=DENIED, facets=FACETS)
        mixed.apply([], DENIED, "")
        after = pipeline.search(mixed, raw, facets=FACETS)
        assert before == after
        hidden = [make(n, f"Rupture conventionnelle {n}", "budget caché") for n in DENIED]
        mixed.apply(hidden, (), "")


def test_candidates_total_is_of_readable_documents(mixed: Engine) -> None:
    found = mixed.candidates(parse("budget"), denied=DENIED, mode="any", limit=50)
    assert isinstance(found, Candidates)
    assert ([id_ for id_, _score in found.hits], found.total) == ([1], 1)
