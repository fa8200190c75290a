"""Merge two changes of one text, line by line, and point out where they collide."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from merge3 import Merge3

from wiki.core.markup.align import matches
from wiki.core.markup.text import normalise


@dataclass(frozen=True, slots=True)
class Conflict:
    """A stretch that both sides changed in different ways, in its three versions."""

    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merge:
    """The outcome of a merge: `text` is None while there are conflicts to settle.

    `chunks` is the whole text in order, each chunk of whole lines, the last line end included.
    """

    text: str | None
    conflicts: tuple[Conflict, ...]
    chunks: tuple[str | Conflict, ...]


def merge(base: str, mine: str, theirs: str) -> Merge:
    """Put together what changed from base to mine and from base to theirs.

    Changes to the same line or to neighbouring lines collide unless they are the same change.
    """
    texts = [normalise(text) for text in (base, mine, theirs)]
    chunks = _chunks(*(_lines(text) for text in texts))
    conflicts = tuple(chunk for chunk in chunks if isinstance(chunk, Conflict))
    text = None
    if not conflicts:
        text = "".join(chunk for chunk in chunks if isinstance(chunk, str))
        text = text if _ends_line(*texts) else text.removesuffix("\n")
    return Merge(text, conflicts, chunks)


class _Aligned:
    """The part of difflib's SequenceMatcher that merge3 uses, on our own alignment."""

    def __init__(
        self, isjunk: object, a: Sequence[str], b: Sequence[str], autojunk: bool = False
    ) -> None:
        self._blocks = [*matches(a, b), (len(a), len(b), 0)]

    def get_matching_blocks(self) -> list[tuple[int, int, int]]:
        return self._blocks


def _chunks(base: list[str], mine: list[str], theirs: list[str]) -> tuple[str | Conflict, ...]:
    merger: Any = Merge3(base, mine, theirs, sequence_matcher=_Aligned)
    chunks: list[str | Conflict] = []
    for kind, *parts in merger.merge_groups():
        texts = ["".join(lines) for lines in parts]
        if kind == "conflict":
            chunks.append(Conflict(*texts))
        elif chunks and isinstance(chunks[-1], str):
            chunks[-1] += texts[0]
        elif texts[0]:
            chunks.append(texts[0])
    return tuple(chunks)


def _lines(text: str) -> list[str]:
    if not text:
        return []
    return [line + "\n" for line in text.removesuffix("\n").split("\n")]


def _ends_line(base: str, mine: str, theirs: str) -> bool:
    """Decide on the last line end as on any change: the side that changed it wins."""
    before, one, other = (text.endswith("\n") for text in (base, mine, theirs))
    return other if one == before else one
