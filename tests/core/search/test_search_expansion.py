"""Words also mean their family and their synonyms, lower than themselves; wild likenesses do not."""

from __future__ import annotations

import pytest

from tests.core.search.documents import Make
from wiki.core.search.engines.whoosh import WhooshEngine
from wiki.core.search.pipeline import expansion, pipeline
from wiki.core.search.pipeline.query import parse

NEAR = [
    ("dissoudre", "dissolution"),
    ("former", "formation"),
    ("formatrice", "formateur"),
    ("héberge", "hébergeurs"),
    ("hébergeur", "hébergement"),
    ("adhérer", "adhésion"),
    ("adhérents", "adhésion"),
    ("décider", "décisions"),
    ("élection", "élire"),
    ("financement", "financeur"),
    ("stocker", "stockage"),
    ("accessibilité", "accessible"),
    ("animatrices", "animateur"),
    ("démissionner", "démission"),
    ("confisquer", "confiscation"),
    ("employer", "emplois"),
    ("disparaître", "disparition"),
    ("souscrire", "souscriptions"),
    ("prévention", "prévenir"),
    ("exposition", "exposer"),
    ("il loue", "location"),
    ("qui paie", "paiement"),
    ("coopérer", "coopératives"),
    ("fermer une asso", "Dissolution d'une association"),
    ("microcrédit", "micro-crédit"),
    ("co-construction", "coconstruction"),
    ("AG", "assemblée générale"),
    ("assemblée générale", "A.G."),
    ("appel à manifestation d'intérêt", "AMI"),
    ("courriel", "e-mail"),
    ("e-mail", "courriels"),
    ("mdp", "mots de passe"),
    ("visioconférence", "visio"),
    ("réunion du ca", "Réunion du conseil d'administration"),
    ("mars 2026", "le 12/03/2026"),
    ("12/03/2026", "Réunion du 12 mars 2026"),
    ("2026-03-12", "Meeting of March 12, 2026"),
    ("1000", "1 000 euros"),
]
FAR = [
    ("question", "questionnaire"),
    ("commune", "communiquer"),
    ("données", "donateur"),
    ("louer", "lois"),
    ("rendre", "rente"),
    ("porter", "portion"),
    ("AG", "agir"),
    ("motif", "motivation"),
    ("partage", "partie"),
    ("secteur", "secte"),
    ("comment ca marche", "conseil d'administration"),
    ('"dissoudre"', "dissolution"),
]


@pytest.mark.parametrize(("typed", "written"), NEAR)
def test_query_finds_what_is_said_otherwise(
    engine: WhooshEngine, make: Make, typed: str, written: str
) -> None:
    engine.apply([make(1, written), make(2, "Jardin partagé")], (), "")
    assert pipeline.search(engine, typed).hits[:1] == [1]


@pytest.mark.parametrize(("typed", "written"), FAR)
def test_query_leaves_what_only_looks_like_it(typed: str, written: str) -> None:
    query = expansion.expand(parse(typed), expansion.synonyms_of())
    found = {sequence for term in query.terms for sequence in term.sequences}
    assert found.isdisjoint(expansion.indexed_terms(written))


def test_word_itself_comes_before_its_family(engine: WhooshEngine, make: Make) -> None:
    engine.apply([make(1, "Dissolution"), make(2, "Dissoudre")], (), "")
    assert pipeline.search(engine, "dissoudre").hits == [2, 1]
    assert pipeline.search(engine, "dissolution").hits == [1, 2]


def test_exact_search_adds_and_corrects_nothing(engine: WhooshEngine, make: Make) -> None:
    engine.apply([make(1, "Dissolution"), make(2, "Cotisation")], (), "")
    for typed in ("dissoudre", "cotissation"):
        assert pipeline.search(engine, typed).hits
        assert pipeline.search(engine, typed, exact=True).hits == []


def test_network_adds_groups_and_takes_some_away(engine: WhooshEngine, make: Make) -> None:
    engine.apply([make(1, "Grande tablée"), make(2, "Assemblée générale")], (), "")
    own = expansion.synonyms_of("GT, grande tablée\n# note\n-AG")
    assert pipeline.search(engine, "gt", synonyms=own).hits == [1]
    assert pipeline.search(engine, "AG", synonyms=own).hits == []
    assert pipeline.search(engine, "AG").hits == [2]


def test_lists_are_sound() -> None:
    """Every group and family has several words that say something; no line stands twice."""
    folder = expansion.__file__.rpartition("/")[0]
    with open(f"{folder}/synonyms.txt", encoding="utf-8") as lines:  # noqa: PTH123
        text = lines.read()
    groups = expansion.read_groups(text)
    assert len(groups) > 60
    for group in groups:
        assert len(group) > 1, group
        assert all(expansion.indexed_terms(word) for word in group), group
    kept = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(kept) == len(set(kept))


def test_title_that_says_more_is_never_passed_by_links(engine: WhooshEngine, make: Make) -> None:
    engine.apply([make(n, "Budget de la réunion") for n in (1, 2)], (), "")
    engine.apply([make(3, "Réunion", "le budget, le budget"), make(4, "Autre")], (), "")

    def signals(ids: object) -> dict[int, float]:
        return {2: 1.0, 3: 1.0}

    assert pipeline.search(engine, "budget réunion", signals=signals).hits == [2, 1, 3]
    assert pipeline.search(engine, "budget réunion").hits == [1, 2, 3]


def test_snippets_mark_dates_numbers_and_acronyms() -> None:
    from wiki.core.search.pipeline.snippets import snippet

    text = "Le 12/03/2026, l'A.G. a voté 1 000 €."
    found = {"20260312", "ag", "1000", "euro"}
    assert snippet(text, found, lang="fr") == (
        "Le <mark>12/03/2026</mark>, l&#39;<mark>A.G</mark>. a voté <mark>1 000</mark> <mark>€</mark>."
    )
