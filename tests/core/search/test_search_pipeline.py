"""Searching: all the words first, then some; corrections, completions, filters, facets, pages."""

from __future__ import annotations

import pytest

from tests.core.search.documents import Make
from wiki.core.search.engines.base import Engine, Filters
from wiki.core.search.pipeline import pipeline


def test_title_comes_before_body(engine: Engine, make: Make) -> None:
    engine.apply(
        [make(1, "Budget", "Les statuts, encore les statuts."), make(2, "Statuts", "Un texte.")],
        (),
        "",
    )
    assert pipeline.search(engine, "statut").hits == [2, 1]


def test_documents_with_all_the_words_come_first_and_every_match_is_reached(
    engine: Engine, make: Make
) -> None:
    docs = [make(n, f"Séance {n}", "réunion du bureau") for n in range(1, 120)]
    engine.apply([*docs, make(200, "Compte rendu", "réunion et budget")], (), "")
    first = pipeline.search(engine, "réunion budget")
    assert first.hits[0] == 200
    assert first.total == 120
    pages = [
        pipeline.search(engine, "réunion budget", offset=n, limit=10) for n in range(0, 120, 10)
    ]
    reached = [hit for page in pages for hit in page.hits]
    assert {page.total for page in pages} == {120}
    assert len(reached) == len(set(reached)) == 120


def test_only_document_with_the_rare_words_passes_titles_with_a_frequent_one(
    engine: Engine, make: Make
) -> None:
    more = "Le reste est écrit plus loin, et se lit en entier avant de signer. " * 3
    frequent = [make(n, f"Suivi à trois mois des jardins {n}", more) for n in range(1, 20)]
    rare = make(50, "Convention-type", f"Un préavis de trois mois, puis une médiation. {more}")
    engine.apply([*frequent, rare], (), "")
    assert pipeline.search(engine, "préavis de trois mois médiation").hits[0] == 50
    # For who may not see it, nothing says that it is there.
    unseen = pipeline.search(engine, "préavis de trois mois médiation", denied={50})
    alone = pipeline.search(engine, "trois mois", denied={50})
    assert unseen.hits == alone.hits


def test_revente_is_to_revendre_what_vente_is_to_vendre(engine: Engine, make: Make) -> None:
    engine.apply([make(1, "Charte", "Ne jamais revendre les adresses."), make(2, "Bail")], (), "")
    assert pipeline.search(engine, "revente d'adresses").hits == [1]


def test_total_counts_only_all_words_when_they_are_enough(engine: Engine, make: Make) -> None:
    both = [make(n, f"Jardin partagé {n}") for n in range(1, 31)]
    engine.apply([*both, *(make(n, f"Jardin {n}") for n in range(31, 61))], (), "")
    result = pipeline.search(engine, "jardin partagé", limit=30)
    assert result.total == 30
    assert set(result.hits) == set(range(1, 31))


def test_phrase_and_exclusion(engine: Engine, make: Make) -> None:
    engine.apply(
        [
            make(1, "Un", "l'ordre du jour de la réunion"),
            make(2, "Deux", "le jour où l'ordre règne"),
            make(3, "Trois", "un ordre du jour secret"),
        ],
        (),
        "",
    )
    assert set(pipeline.search(engine, "« ordre du jour »").hits) == {1, 3}
    assert pipeline.search(engine, '"ordre du jour" -secret').hits == [1]
    assert pipeline.search(engine, '-"ordre du jour"').hits == [2]


def test_correction_is_shown_with_its_accents(engine: Engine, make: Make) -> None:
    engine.apply([make(1, "Détecteur de fumée"), make(2, "Chèque-emploi associatif")], (), "")
    result = pipeline.search(engine, "Cheque emploi asociatif")
    assert result.hits[0] == 2
    assert result.corrected == "Cheque emploi associatif"
    assert pipeline.search(engine, "détecteur fumée").corrected == ""


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("cotissation annuelle", "cotisation annuelle"), ("prudhommes", "prud hommes"),
     ("lassociation", "l'association"), ("asemblée", "assemblée"),
     ("asesmblée", "assemblée"), ("csotisation", "cotisation"), ("xylophone", "")],
)  # fmt: skip
def test_unknown_words_are_mended(engine: Engine, make: Make, typed: str, shown: str) -> None:
    engine.apply(
        [make(1, "Cotisation annuelle"), make(2, "Conseil de prud'hommes"),
         make(3, "Vie de l'association"), make(4, "Assemblée générale")], (), "",
    )  # fmt: skip
    result = pipeline.search(engine, typed)
    assert result.corrected == shown
    assert bool(result.hits) == bool(shown)


def test_rare_misspelling_found_as_typed_still_offers_the_common_word(
    engine: Engine, make: Make
) -> None:
    docs = [make(n, f"Association {n}") for n in range(1, 9)]
    engine.apply([*docs, make(20, "Lettre", "une asociation mal écrite")], (), "")
    result = pipeline.search(engine, "asociation")
    assert result.corrected == "association"
    assert set(result.hits) == {*range(1, 9), 20}


def test_unfinished_last_word_is_completed(engine: Engine, make: Make) -> None:
    engine.apply([make(1, "Comptes annuels de l'association"), make(2, "Assurance")], (), "")
    result = pipeline.search(engine, "comptes associ")
    assert result.hits[0] == 1
    assert result.corrected == ""


def test_suggestions_start_as_typed(engine: Engine, make: Make) -> None:
    engine.apply(
        [
            make(1, "Les statuts types"),
            make(2, "Statuts"),
            make(3, "Station météo"),
            make(4, "Été"),
        ],
        (),
        "",
    )
    assert pipeline.suggest(engine, "stat") == [2, 3, 1]
    assert pipeline.suggest(engine, "types sta") == [1]
    assert pipeline.suggest(engine, "ete") == [4]
    assert pipeline.suggest(engine, "statuz") == [2, 1]
    assert pipeline.suggest(engine, " ") == []


def test_suggestions_know_words_longer_than_their_grams(engine: Engine, make: Make) -> None:
    engine.apply([make(1, "Administration"), make(2, "Administrateur")], (), "")
    assert pipeline.suggest(engine, "administrati") == [1]


def test_page_titled_with_stop_words_is_found(engine: Engine, make: Make) -> None:
    engine.apply([make(1, "Qui sommes-nous ?", "Un réseau."), make(2, "Réseau")], (), "")
    assert pipeline.search(engine, "qui sommes nous").hits == [1]


def test_page_is_found_by_what_its_name_alone_says(engine: Engine, make: Make) -> None:
    engine.apply([make(1, "Bienvenue", name="PagePrincipale"), make(2, "Autre")], (), "")
    assert pipeline.search(engine, "page principale").hits[0] == 1


def test_documents_of_both_languages_are_found(engine: Engine, make: Make) -> None:
    engine.apply([make(1, "Meetings", "How meetings work", lang="en"), make(2, "Réunions")], (), "")
    assert pipeline.search(engine, "meeting").hits == [1]
    assert pipeline.search(engine, "réunion").hits == [2]


def test_filters_and_facets_count_the_same_documents(engine: Engine, make: Make) -> None:
    engine.apply(
        [
            make(
                1,
                "Atelier vélo",
                kind="entry",
                form="lieux",
                project="gare",
                tags=("Énergie", "Vélo"),
            ),
            make(2, "Atelier bois", kind="entry", form="outils", project="gare", tags=("énergie",)),
            make(3, "Atelier", project="quai"),
        ],
        (),
        "",
    )
    fields = ("kind", "form", "project", "tag")
    everything = pipeline.search(engine, "atelier", facets=fields)
    assert everything.facets == {
        "kind": [("entry", 2), ("text", 1)],
        "form": [("lieux", 1), ("outils", 1)],
        "project": [("gare", 2), ("quai", 1)],
        "tag": [("Énergie", 2), ("Vélo", 1)],
    }
    for field, counted in everything.facets.items():
        for value, count in counted:
            assert pipeline.search(engine, f'atelier {field}:"{value}"').total == count
    kinds = Filters(kinds=frozenset({"entry"}), tags=("velo",))
    assert pipeline.search(engine, "atelier", filters=kinds).hits == [1]
    narrowed = pipeline.search(engine, "atelier kind:text", facets=("kind", "project"))
    assert narrowed.facets == {"kind": [("entry", 2), ("text", 1)], "project": [("quai", 1)]}


def test_filters_alone_list_the_newest_first(engine: Engine, make: Make) -> None:
    engine.apply([make(n, f"Note {n}", project="gare") for n in (3, 1, 2)], (), "")
    assert pipeline.search(engine, "project:gare").hits == [3, 2, 1]
    assert pipeline.search(engine, "", filters=Filters(project="gare")).hits == [3, 2, 1]
    assert pipeline.search(engine, "project:rien").total == 0
    assert pipeline.search(engine, "note project:rien").total == 0


def test_title_with_broken_characters_is_indexed(engine: Engine, make: Make) -> None:
    engine.apply(
        [make(1, "Statuts \ud800", "\ud800", tags=("\ud800", ""), headings="\x00")], (), ""
    )
    assert pipeline.search(engine, "statuts", facets=("tag",)).hits == [1]
