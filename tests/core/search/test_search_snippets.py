"""Two lines of a page with the words marked, and nothing unescaped."""

from __future__ import annotations

from markupsafe import Markup

from wiki.core.search.pipeline.query import parse
from wiki.core.search.pipeline.snippets import mark, snippet


def stems(raw: str) -> list[str]:
    return [t for term in parse(raw).terms for sequence in term.sequences for t in sequence]


def test_words_are_marked_by_their_stem() -> None:
    text = "Les Associations déclarées et participant·es de l’école."
    made = snippet(text, stems("association declaree participants écoles"), lang="fr")
    assert made == (
        "Les <mark>Associations</mark> <mark>déclarées</mark> et <mark>participant·es</mark> "
        "de l’<mark>école</mark>."
    )
    assert isinstance(made, Markup)


def test_everything_is_escaped() -> None:
    text = '<script>alert("x")</script> & statuts <b>statuts</b>'
    made = snippet(text, stems("statuts alert"), lang="fr")
    assert made.count("<mark>") == 3
    plain = made.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in plain
    assert '"' not in plain
    assert "&amp; " in plain


def test_best_passage_is_chosen_and_cut_at_words() -> None:
    filler = "Un texte sans intérêt pour la recherche. " * 30
    text = f"{filler}Un budget. {filler}Voici le budget de la réunion annuelle. {filler}"
    made = snippet(text, stems("budget réunion"), lang="fr", width=200)
    assert "Voici le <mark>budget</mark> de la <mark>réunion</mark>" in made
    assert made.startswith("… ")
    assert made.endswith(" …")
    assert len(made.striptags()) <= 220
    assert made.striptags()[2:-2] in text


def test_passage_near_the_end_is_whole() -> None:
    made = snippet("mot " * 500 + "réunion", stems("réunion"), lang="fr")
    assert made.endswith("<mark>réunion</mark>")


def test_text_without_the_words_shows_its_start() -> None:
    made = snippet("Première phrase. " * 50, stems("absent"), lang="fr")
    assert made.startswith("Première phrase.")
    assert snippet("", stems("absent"), lang="fr") == ""
    assert snippet("court", (), lang="fr") == "court"


def test_text_without_spaces_is_cut() -> None:
    assert len(snippet("x" * 5000, (), lang="fr")) < 300


def test_decomposed_accents_are_marked_whole() -> None:
    made = snippet("Une e\N{COMBINING ACUTE ACCENT}cole ici", stems("ecole"), lang="fr")
    assert made == "Une <mark>école</mark> ici"


def test_title_is_marked_in_either_language() -> None:
    assert mark("Meetings & réunions", stems("meeting réunion")) == (
        "<mark>Meetings</mark> &amp; <mark>réunions</mark>"
    )
