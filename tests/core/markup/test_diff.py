"""Bob and Carol read what changed in a page."""

import random
import time

import pytest

from wiki.core.markup.align import matches
from wiki.core.markup.diff import Hunk, Piece, Row, hunks, side_by_side, words

OLD = "Le train part à huit heures.\nQuai 3.\nFin.\n"
NEW = "Le bus part à neuf heures.\nQuai 3.\nVoie B.\nFin.\n"


def sides(pieces: list[Piece]) -> tuple[str, str]:
    return (
        "".join(piece.text for piece in pieces if piece.op != "ins"),
        "".join(piece.text for piece in pieces if piece.op != "del"),
    )


def test_bob_sees_the_words_that_changed() -> None:
    assert words(OLD, NEW) == [
        Piece("same", "Le "),
        Piece("del", "train"),
        Piece("ins", "bus"),
        Piece("same", " part à "),
        Piece("del", "huit"),
        Piece("ins", "neuf"),
        Piece("same", " heures.\nQuai 3.\n"),
        Piece("ins", "Voie B.\n"),
        Piece("same", "Fin.\n"),
    ]


def test_phrase_replaced_reads_as_one_change() -> None:
    assert words("a b c d e f", "a x y d e f") == [
        Piece("same", "a "),
        Piece("del", "b c"),
        Piece("ins", "x y"),
        Piece("same", " d e f"),
    ]


def test_lines_without_likeness_are_not_mixed() -> None:
    assert words("Rouge vif\n", "Bleu pâle sombre\n") == [
        Piece("del", "Rouge vif\n"),
        Piece("ins", "Bleu pâle sombre\n"),
    ]


def test_line_put_before_a_changed_one_is_seen_as_such() -> None:
    old = "Le train de Lyon part tôt\n"
    new = "Tout autre chose\nLe train de Lyon part tard\n"
    assert words(old, new) == [
        Piece("ins", "Tout autre chose\n"),
        Piece("same", "Le train de Lyon part "),
        Piece("del", "tôt"),
        Piece("ins", "tard"),
        Piece("same", "\n"),
    ]


def test_equal_texts_have_no_change() -> None:
    assert words(OLD, OLD) == [Piece("same", OLD)]
    assert words("", "") == []
    assert hunks(OLD, OLD) == []


def test_page_created_and_page_emptied() -> None:
    assert words("", "a\nb") == [Piece("ins", "a\nb")]
    assert words("a\nb", "") == [Piece("del", "a\nb")]


def test_carol_unfolds_only_what_changed() -> None:
    lines = [f"ligne {n}\n" for n in range(40)]
    new = list(lines)
    new[10] = "ligne dix\n"
    new[30] = ""
    found = hunks("".join(lines), "".join(new), context=2)
    assert [hunk.skipped for hunk in found] == [8, 15]
    assert sides(found[0].pieces) == ("".join(lines[8:13]), "".join(new[8:13]))
    assert sides(found[1].pieces) == ("".join(lines[28:33]), "".join(new[28:33]))


def test_close_changes_share_a_hunk() -> None:
    assert hunks("a\nb\nc\nd\n", "A\nb\nc\nD\n", context=1) == [
        Hunk(
            [
                Piece("del", "a\n"),
                Piece("ins", "A\n"),
                Piece("same", "b\nc\n"),
                Piece("del", "d\n"),
                Piece("ins", "D\n"),
            ],
            0,
        )
    ]


def test_side_by_side_faces_lines_and_numbers_them() -> None:
    rows = side_by_side(OLD, NEW)
    assert [(row.left_no, row.right_no) for row in rows] == [(1, 1), (2, 2), (None, 3), (3, 4)]
    assert rows[1] == Row([Piece("same", "Quai 3.")], [Piece("same", "Quai 3.")], 2, 2)
    assert rows[2] == Row(None, [Piece("ins", "Voie B.")], None, 3)
    assert Piece("del", "train") in (rows[0].left or [])
    assert Piece("ins", "bus") in (rows[0].right or [])
    assert not any(piece.op == "ins" for row in rows for piece in row.left or [])


@pytest.mark.parametrize("seed", range(60))
def test_pieces_always_give_back_both_texts(seed: int) -> None:
    chance = random.Random(seed)
    pool = ["a b c\n", "a b\n", "\n", "é è\n", "c d e f\n", "x\n", "fin"]
    old = "".join(chance.choices(pool, k=chance.randint(0, 90)))
    new = "".join(chance.choices(pool, k=chance.randint(0, 90)))
    assert sides(words(old, new)) == (old, new)
    rows = side_by_side(old, new)
    assert [row.left_no for row in rows if row.left_no] == list(range(1, len(old.splitlines()) + 1))


@pytest.mark.parametrize("seed", range(30))
def test_alignment_is_true_and_in_order(seed: int) -> None:
    chance = random.Random(seed)
    letters = "ab" if seed % 2 else "abcdefghijklmnopqrstuvwxyz"
    left = chance.choices(letters, k=200)
    right = chance.choices(letters, k=220)
    done = (0, 0)
    for i, j, size in matches(left, right):
        assert i >= done[0]
        assert j >= done[1]
        assert size > 0
        assert left[i : i + size] == right[j : j + size]
        done = (i + size, j + size)


def big(seed: int, lines: int = 10_000) -> list[str]:
    chance = random.Random(seed)
    names = [
        "le",
        "la",
        "gare",
        "wiki",
        "page",
        "lien",
        "projet",
        "réseau",
        "membre",
        "départ",
        "station",
        "quai",
        "voie",
    ]
    return [" ".join(chance.choices(names, k=12)) + f" {n}\n" for n in range(lines)]


@pytest.mark.parametrize("shape", ["edited", "shuffled", "repeated", "rewritten", "one line"])
def test_ten_thousand_lines_are_compared_quickly(shape: str) -> None:
    lines = big(1)
    old = "".join(lines)
    news = {
        "edited": "".join(
            line.replace("gare", "halte") if n % 9 == 0 else line for n, line in enumerate(lines)
        ),
        "shuffled": "".join(random.Random(2).sample(lines, len(lines))),
        "repeated": "x\ny\n" * 5_000,
        "rewritten": "".join(lines[:6_000] + big(3, 4_000)),
        "one line": old.replace("\n", " "),
    }
    start = time.process_time()
    pieces = words(old, news[shape])
    assert time.process_time() - start < 8
    assert sides(pieces) == (old, news[shape])
