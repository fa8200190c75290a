"""Anchored passages are found after edits around them, and reported lost when they are gone."""

from __future__ import annotations

import pytest

from wiki.comments.anchors import CONTEXT_LENGTH, Text

TEXT = "Le pain lève la nuit. On pétrit : une heure. Le pain cuit à l’aube, puis on le partage."


def find_passage(quote: str, before: str = "", after: str = ""):
    passage = Text(TEXT).find(quote, before, after)
    assert passage is not None
    return passage


@pytest.mark.parametrize(
    "selected",
    [
        "On pétrit\u202f: une heure",
        "On  pétrit :\nune heure",
        "Onp\u00e9trit:uneheure",
        "On pe\u0301trit : une heure",
    ],
)
def test_spaces_of_a_selection_are_ignored(selected: str) -> None:
    assert find_passage(selected).quote == "On pétrit : une heure"


def test_straight_and_curly_quotes_match() -> None:
    assert find_passage("à l'aube").quote == "à l’aube"


def test_context_selects_among_identical_passages() -> None:
    first, second = (
        find_passage("Le pain", after=" lève"),
        find_passage("Le pain", before="heure. ", after=" cuit"),
    )
    assert (first.nth, second.nth) == (0, 1)


def test_passage_is_found_after_edits_around_it() -> None:
    original = find_passage("une heure")
    edited_text = "Un nouveau début, long.\n\n" + TEXT.replace("Le pain lève", "La pâte monte")
    passage = Text(edited_text).find(original.quote, original.before, original.after)
    assert passage is not None
    assert passage.quote == "une heure"


def test_reworded_passage_is_lost() -> None:
    original = find_passage("une heure")
    assert Text(TEXT.replace("une heure", "deux heures")).find(original.quote) is None


def test_context_is_bounded() -> None:
    passage = Text("a" * 500 + "MILIEU" + "b" * 500).find("MILIEU")
    assert passage is not None
    assert (len(passage.before), len(passage.after)) == (CONTEXT_LENGTH, CONTEXT_LENGTH)


@pytest.mark.parametrize("nothing", ["", " ", "a", "absent"])
def test_short_or_absent_passages_are_not_found(nothing: str) -> None:
    assert Text(TEXT).find(nothing) is None


def test_search_in_a_repetitive_text_terminates() -> None:
    assert Text("a" * 20_000).find("aa") is not None
