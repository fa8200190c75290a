"""Alice, Bob and Carol edit the same page at once."""

import random
import time

import pytest

from wiki.core.markup.merge import Conflict, Merge, merge

BASE = "# Réunion\n\nLieu : la halle.\n\nOrdre du jour :\n\n- bilan\n\nFin.\n"


def test_bob_and_carol_edit_different_paragraphs() -> None:
    mine = BASE.replace("la halle", "le café")
    theirs = BASE.replace("- bilan\n", "- bilan\n- budget\n")
    merged = merge(BASE, mine, theirs)
    assert merged.conflicts == ()
    assert merged.text == mine.replace("- bilan\n", "- bilan\n- budget\n")
    assert merged.chunks == (merged.text,)


def test_bob_and_carol_edit_the_same_line() -> None:
    mine = BASE.replace("la halle", "le café")
    theirs = BASE.replace("Lieu : la halle", "Lieu : la gare")
    clash = Conflict("Lieu : la halle.\n", "Lieu : le café.\n", "Lieu : la gare.\n")
    merged = merge(BASE, mine, theirs)
    assert merged.text is None
    assert merged.conflicts == (clash,)
    before, after = BASE.split("Lieu : la halle.\n")
    assert merged.chunks == (before, clash, after)


def test_same_change_on_both_sides_is_no_conflict() -> None:
    both = BASE.replace("la halle", "la gare") + "\nPS : bises.\n"
    assert merge(BASE, both, both) == Merge(both, (), (both,))


def test_neighbouring_lines_changed_collide() -> None:
    merged = merge("a\nb\n", "A\nb\n", "a\nB\n")
    assert merged.conflicts == (Conflict("a\nb\n", "A\nb\n", "a\nB\n"),)


def test_lines_one_apart_do_not_collide() -> None:
    assert merge("a\n\nb\n", "A\n\nb\n", "a\n\nB\n").text == "A\n\nB\n"


def test_one_deletes_what_the_other_edits() -> None:
    merged = merge("a\n\nb\n\nc\n", "a\n\nc\n", "a\n\nB\n\nc\n")
    assert merged.text is None
    assert "B" in merged.conflicts[0].theirs
    assert "b" in merged.conflicts[0].base
    assert "b" not in merged.conflicts[0].mine


def test_both_add_at_the_same_place() -> None:
    merged = merge("a\n", "a\nb\n", "a\nc\n")
    assert merged.conflicts == (Conflict("", "b\n", "c\n"),)
    assert merged.chunks[0] == "a\n"


@pytest.mark.parametrize("other", [BASE, ""])
def test_only_one_side_changed(other: str) -> None:
    new = BASE + "Suite\n"
    assert merge(other, new, other).text == new
    assert merge(other, other, new).text == new


def test_nothing_changed() -> None:
    assert merge(BASE, BASE, BASE).text == BASE
    assert merge("", "", "") == Merge("", (), ())


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "text"),
    [
        ("a", "a\n", "a", "a\n"),
        ("a\n", "a", "a\n", "a"),
        ("a\n\nb", "A\n\nb", "a\n\nb\n", "A\n\nb\n"),
        ("a", "a\nb", "a", "a\nb"),
        ("a\n", "a\n", "a\nb", "a\nb"),
        ("", "a", "", "a"),
        ("a", "", "a", ""),
    ],
)
def test_missing_final_line_end_is_no_conflict(
    base: str, mine: str, theirs: str, text: str
) -> None:
    assert merge(base, mine, theirs).text == text


def test_windows_line_ends_are_no_change() -> None:
    windows = BASE.replace("\n", "\r\n")
    theirs = BASE.replace("Fin", "Bonne fin")
    assert merge(BASE, windows, theirs).text == theirs
    assert merge(windows, BASE.replace("halle", "cour"), windows).text == BASE.replace(
        "halle", "cour"
    )


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_lost(seed: int) -> None:
    chance = random.Random(seed)
    base = [f"l{n}\n" for n in range(chance.randint(0, 30))]

    def edited(name: str) -> list[str]:
        lines = list(base)
        for turn in range(chance.randint(0, 4)):
            lines.insert(chance.randint(0, len(lines)), f"{name}{turn}\n")
        return lines

    mine, theirs = edited("m"), edited("t")
    merged = merge("".join(base), "".join(mine), "".join(theirs))
    kept = "".join(
        chunk if isinstance(chunk, str) else chunk.mine + chunk.theirs for chunk in merged.chunks
    )
    assert set(kept.split()) == {line.strip() for line in base + mine + theirs}
    if merged.text is not None:
        assert merged.text == kept


def test_big_pages_merge_quickly() -> None:
    base = "".join(f"ligne {n % 50}\n\n" for n in range(5_000))
    mine = "début\n\n" + base
    theirs = base + "fin\n"
    start = time.process_time()
    assert merge(base, mine, theirs).text == mine + "fin\n"
    assert time.process_time() - start < 5
