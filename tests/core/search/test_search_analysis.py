"""One analysis for documents and queries: what is written one way is found when typed another."""

from __future__ import annotations

import pytest

from wiki.core.search.pipeline import analysis

SAME = [
    ("fr", "école", "ecole"),
    ("fr", "l'école", "école"),
    ("fr", "l’école", "école"),
    ("fr", "d'une école", "écoles"),
    ("fr", "jusqu'ici", "ici"),
    ("fr", "déclarée", "declaree"),
    ("fr", "Déclarées", "declaree"),
    ("fr", "déclarée", "déclarés"),
    ("fr", "ASSOCIATIONS", "association"),
    ("fr", "participant·es", "participant"),
    ("fr", "participant•e•s", "participants"),
    ("fr", "adhérent.e.s", "adhérent"),
    ("fr", "salarié(e)s", "salarié"),
    ("fr", "chèque-emploi", "cheque emploi"),
    ("fr", "cœur", "coeur"),
    ("fr", "cafe\N{COMBINING ACUTE ACCENT}", "café"),
    ("fr", "adhérent-e-s", "adhérent"),
    ("fr", "adhérent/e/s", "adhérentes"),
    ("fr", "directeur.rice.s", "directeur"),
    ("fr", "acteur/trice", "acteur"),
    ("fr", "infos, délais, menus, vélos", "info délai menu vélo"),
    ("fr", "lieux, travaux, emplois, élus", "lieu travail emploi élu"),
    ("fr", "commissions, démissions, missions", "commission démission mission"),
    ("fr", "1 000 €", "1000 euros"),
    ("fr", "1\u202f000", "1000"),
    ("fr", "20 %", "20%"),
    ("fr", "A.G.", "AG"),
    ("fr", "1er, 2e, 3ème", "1 2 3"),
    ("en", "Bob's meeting", "bob meetings"),
    ("en", "cooperation", "cooperations"),
]


@pytest.mark.parametrize(("lang", "written", "typed"), SAME)
def test_terms_of_two_spellings_are_the_same(lang: str, written: str, typed: str) -> None:
    found = analysis.terms(written, lang)
    assert found
    assert found == analysis.terms(typed, lang)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aujourd'hui", ["aujourd", "hui"]),
        ("Les statuts de l'association", ["statut", "associ"]),
        ("camp d'été", ["camp", "ete"]),
        ("thé glacé", ["the", "glac"]),
        ("RNA W123", ["rna", "w123"]),
        ("snake_case", ["snak", "cas"]),
        ("\x00\x01 !?* ((( ", []),
        ("", []),
    ],
)
def test_terms_of_a_french_text(text: str, expected: list[str]) -> None:
    assert analysis.terms(text, "fr") == expected


def test_word_is_not_cut_to_the_stem_of_another() -> None:
    short = set(analysis.terms("Nantes lot note", "fr"))
    assert short.isdisjoint(analysis.terms("nantissements lotissement notamment", "fr"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("loyers", "loi"), ("devis", "devant"), ("taxi", "taxes"), ("départements", "départ"),
        ("licenciée", "licence"), ("délits", "délai"), ("mars", "marié"), ("français", "France"),
    ],
)  # fmt: skip
def test_words_that_begin_alike_are_not_one(one: str, other: str) -> None:
    assert not {*analysis.terms(one, "fr")} & {*analysis.terms(other, "fr")}
    # Each is still found by its own forms.
    assert analysis.terms("licenciés licencier", "fr") == ["licenci", "licenci"]


def test_acronym_is_no_stop_word() -> None:
    assert analysis.terms("Le CA a dit : ça va", "fr") == ["ca", "dit", "va"]
    assert analysis.terms("LES STATUTS DU CA", "fr") == ["statut"]
    assert analysis.terms("agir", "fr") != analysis.terms("AG", "fr")


@pytest.mark.parametrize(
    "written",
    ["12 mars 2026", "le 12/03/2026", "2026-03-12", "12.03.2026", "March 12, 2026", "12/3/26",
     "jeudi 12 mars 2026 à 14 h"],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_day_has_the_same_term_however_it_is_written(written: str, lang: str) -> None:
    assert {"20260312", "202603"} <= set(analysis.terms(written, lang))


@pytest.mark.parametrize(
    "written", ["31/02/2026", "06 12 34 56 78", "1.2.3", "10144*22", "2019-20"]
)
def test_number_that_is_no_date_stays_a_number(written: str) -> None:
    assert all(len(term) < 6 for term in analysis.terms(written, "fr"))


def test_stop_words_depend_on_the_language() -> None:
    assert analysis.terms("the car", "en") == ["car"]
    assert analysis.terms("car le but", "fr") == ["but"]


def test_unknown_language_is_read_as_the_first() -> None:
    assert analysis.terms("les écoles", "br") == analysis.terms("les écoles", "fr")


def test_stems_of_a_typed_word_cover_both_languages() -> None:
    word = "nationalite"
    assert set(analysis.stems(word)) == {analysis.stem(word, "fr"), analysis.stem(word, "en")}


def test_words_give_their_places() -> None:
    text = "L’école, des participant·es"
    assert [text[w.start : w.end] for w in analysis.words(text)] == [
        "école",
        "des",
        "participant·es",
    ]


def test_long_words_are_cut_alike_everywhere() -> None:
    assert analysis.terms("x" * 5000, "fr") == ["x" * analysis.LONGEST_WORD]


def test_fold_drops_accents_and_case() -> None:
    assert analysis.fold("Été À l'ŒUVRE ﬁn") == "ete a l'oeuvre fin"
