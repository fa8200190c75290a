"""A commented passage is found again whatever moves around it, and known to be lost when it is."""

from __future__ import annotations

import pytest

from wiki.comments.anchors import AROUND, Text

TEXT = "Le pain lève la nuit. On pétrit : une heure. Le pain cuit à l’aube, puis on le partage."


def anchor(quote: str, before: str = "", after: str = ""):
    found = Text(TEXT).find(quote, before, after)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "selected",
    [
        "On pétrit\u202f: une heure",
        "On  pétrit :\nune heure",
        "Onp\u00e9trit:uneheure",
        "On pe\u0301trit : une heure",
    ],
)
def test_selection_is_found_whatever_its_spaces(selected: str) -> None:
    assert anchor(selected).quote == "On pétrit : une heure"


def test_quotes_of_either_kind_are_the_same() -> None:
    assert anchor("à l'aube").quote == "à l’aube"


def test_of_two_alike_the_one_with_the_same_surroundings_is_meant() -> None:
    first, second = (
        anchor("Le pain", after=" lève"),
        anchor("Le pain", before="heure. ", after=" cuit"),
    )
    assert (first.nth, second.nth) == (0, 1)


def test_passage_survives_what_is_written_around_it() -> None:
    kept = anchor("une heure")
    changed = "Un nouveau début, long.\n\n" + TEXT.replace("Le pain lève", "La pâte monte")
    found = Text(changed).find(kept.quote, kept.before, kept.after)
    assert found is not None
    assert found.quote == "une heure"


def test_reworded_passage_is_lost() -> None:
    kept = anchor("une heure")
    assert Text(TEXT.replace("une heure", "deux heures")).find(kept.quote) is None


def test_context_is_bounded() -> None:
    found = Text("a" * 500 + "MILIEU" + "b" * 500).find("MILIEU")
    assert found is not None
    assert (len(found.before), len(found.after)) == (AROUND, AROUND)


@pytest.mark.parametrize("nothing", ["", " ", "a", "absent"])
def test_what_is_too_short_or_absent_anchors_nothing(nothing: str) -> None:
    assert Text(TEXT).find(nothing) is None


def test_text_of_one_letter_repeated_ends() -> None:
    assert Text("a" * 20_000).find("aa") is not None
