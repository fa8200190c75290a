"""Show how two versions of a text differ: by lines first, then by words inside changed lines."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from wiki.core.markup.align import matches

Op = Literal["same", "ins", "del"]

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_WORDS = 6_000
"""Beyond, a changed line is shown as taken out and put in whole."""
_MOST_PAIRED = 400
"""Products of changed lines beyond this are paired in order, not by likeness."""
_ALIKE = 0.35


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stayed, came or went."""

    op: Op
    text: str


@dataclass(frozen=True, slots=True)
class Hunk:
    """Changes with the lines around them; `skipped` lines before it are the same."""

    pieces: list[Piece]
    skipped: int


@dataclass(frozen=True, slots=True)
class Row:
    """A line of both versions side by side; a side is None where the line is on the other only."""

    left: list[Piece] | None
    right: list[Piece] | None
    left_no: int | None
    right_no: int | None


Pair = tuple[str | None, str | None]


def words(old: str, new: str) -> list[Piece]:
    """Return the pieces which, without the "del", make the new text and, without "ins", the old."""
    return _merged(piece for pair in _pairs(old, new) for piece in _pieces(*pair))


def hunks(old: str, new: str, context: int = 3) -> list[Hunk]:
    """Return the changes with that many lines around each; none when the texts are equal."""
    pairs = list(_pairs(old, new))
    shown: set[int] = set()
    for index, (left, right) in enumerate(pairs):
        if left != right:
            shown.update(range(max(0, index - context), min(len(pairs), index + context + 1)))
    found: list[Hunk] = []
    group: list[int] = []
    done = 0
    for index in sorted(shown):
        if group and index != group[-1] + 1:
            found.append(_hunk(pairs, group, done))
            done, group = group[-1] + 1, []
        group.append(index)
    return [*found, _hunk(pairs, group, done)] if group else found


def side_by_side(old: str, new: str) -> list[Row]:
    """Return all lines of both versions, facing each other, without their line ends."""
    rows: list[Row] = []
    left_no = right_no = 0
    for left, right in _pairs(old, new):
        pieces = _pieces(_bare(left), _bare(right))
        left_no += left is not None
        right_no += right is not None
        rows.append(
            Row(
                None if left is None else [piece for piece in pieces if piece.op != "ins"],
                None if right is None else [piece for piece in pieces if piece.op != "del"],
                None if left is None else left_no,
                None if right is None else right_no,
            )
        )
    return rows


def _pairs(old: str, new: str) -> Iterator[Pair]:
    """Face the lines of two texts: equal, changed, or alone."""
    left, right = _LINES.findall(old), _LINES.findall(new)
    a = b = 0
    for i, j, size in [*matches(left, right), (len(left), len(right), 0)]:
        yield from _face(left[a:i], right[b:j])
        yield from zip(left[i : i + size], right[j : j + size], strict=True)
        a, b = i + size, j + size


def _face(left: Sequence[str], right: Sequence[str]) -> Iterator[Pair]:
    """Pair changed lines that are alike, the others alone, old before new."""
    a = b = 0
    for i, j in [*_alike(left, right), (len(left), len(right))]:
        yield from ((line, None) for line in left[a:i])
        yield from ((None, line) for line in right[b:j])
        if i < len(left):
            yield left[i], right[j]
        a, b = i + 1, j + 1


def _alike(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """Choose the pairs of lines with the most words in common, in order."""
    bags_left, bags_right = _bags(left), _bags(right)
    if len(left) * len(right) > _MOST_PAIRED:
        facing = enumerate(zip(bags_left, bags_right, strict=False))
        return [(i, i) for i, (one, other) in facing if _likeness(one, other) >= _ALIKE]
    best: list[list[tuple[float, tuple[tuple[int, int], ...]]]] = [
        [(0.0, ())] * (len(right) + 1) for _ in range(len(left) + 1)
    ]
    for i, one in enumerate(bags_left):
        for j, other in enumerate(bags_right):
            likeness = _likeness(one, other)
            score, chain = best[i][j]
            taken = (score + likeness, (*chain, (i, j))) if likeness >= _ALIKE else (-1.0, ())
            best[i + 1][j + 1] = max(taken, best[i][j + 1], best[i + 1][j], key=lambda way: way[0])
    return list(best[-1][-1][1])


def _bags(lines: Sequence[str]) -> list[Counter[str]]:
    return [Counter(re.findall(r"\w+", line)[:_MOST_WORDS]) for line in lines]


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def _hunk(pairs: Sequence[Pair], group: Sequence[int], done: int) -> Hunk:
    pieces = _merged(piece for index in group for piece in _pieces(*pairs[index]))
    return Hunk(pieces, group[0] - done)


def _bare(line: str | None) -> str | None:
    return line.removesuffix("\n") if line is not None else None


def _pieces(left: str | None, right: str | None) -> list[Piece]:
    if left == right:
        return [Piece("same", left or "")]
    if left is None or right is None:
        return [Piece("ins", right or "") if left is None else Piece("del", left or "")]
    a, b = _WORDS.findall(left), _WORDS.findall(right)
    if len(a) > _MOST_WORDS or len(b) > _MOST_WORDS:
        return [Piece("del", left), Piece("ins", right)]
    return _merged(_smoothed(_word_pieces(a, b)))


def _word_pieces(left: Sequence[str], right: Sequence[str]) -> Iterator[Piece]:
    a = b = 0
    for i, j, size in [*matches(left, right), (len(left), len(right), 0)]:
        yield Piece("del", "".join(left[a:i]))
        yield Piece("ins", "".join(right[b:j]))
        yield Piece("same", "".join(left[i : i + size]))
        a, b = i + size, j + size


def _smoothed(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Take a mere space or comma between two changes into them: whole phrases read better."""
    kept = [piece for piece in pieces if piece.text]
    for index, piece in enumerate(kept):
        inside = 0 < index < len(kept) - 1
        if piece.op == "same" and inside and not re.search(r"\w", piece.text):
            yield Piece("del", piece.text)
            yield Piece("ins", piece.text)
        else:
            yield piece


def _merged(pieces: Iterator[Piece]) -> list[Piece]:
    """Join neighbours: between two same stretches, one "del" then one "ins"."""
    merged: list[Piece] = []
    run: dict[Op, list[str]] = {"del": [], "ins": [], "same": []}

    def flush(*ops: Op) -> None:
        for op in ops:
            if text := "".join(run[op]):
                merged.append(Piece(op, text))
            run[op] = []

    for piece in pieces:
        if piece.op == "same":
            flush("del", "ins")
        else:
            flush("same")
        run[piece.op].append(piece.text)
    flush("same", "del", "ins")
    return merged
