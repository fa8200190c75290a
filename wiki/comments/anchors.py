"""Where a commented passage stands in a page's text, before and after the text has changed.

Texts are compared without spaces and with one kind of quotes: typography and line ends never lose a passage.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

AROUND = 60
"""Characters of context kept on each side of a passage."""
LONGEST = 600
SHORTEST = 2
NEAR = 4
"""A reworded passage may be so many times as long as it was, between the same words."""
SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "…": "."})


@dataclass(frozen=True)
class Passage:
    """A passage as it stands in a text; `nth` counts from 0 those that read the same before it."""

    quote: str
    before: str
    after: str
    nth: int

    @property
    def bare(self) -> str:
        return bare(self.quote)


class Text:
    """A text in which passages are looked for."""

    def __init__(self, plain: str) -> None:
        self.plain = unicodedata.normalize("NFC", plain)
        shown = [(char, at) for at, char in enumerate(self.plain) if not _is_space(char)]
        self.bare = "".join(char for char, _at in shown).translate(SAME)
        self.places = [at for _char, at in shown]

    def find(self, quote: str, before: str = "", after: str = "") -> Passage | None:
        """Return the passage that reads like this, the one whose surroundings are most alike."""
        wanted = bare(quote)[:LONGEST]
        if len(wanted) < SHORTEST:
            return None
        left, right = bare(before), bare(after)
        starts = list(_starts(self.bare, wanted))
        if not starts:
            return None
        best = max(starts, key=lambda at: self._likeness(at, at + len(wanted), left, right))
        return self._passage(best, best + len(wanted), starts.index(best))

    def reworded(self, quote: str, before: str, after: str) -> bool:
        """Return whether the words around a lost passage still stand, with something else between."""
        left, right = bare(before)[-AROUND // 2 :], bare(after)[: AROUND // 2]
        if len(left) + len(right) < AROUND // 4:
            return False
        start = self.bare.find(left) + len(left) if left in self.bare else -1
        if start < 0:
            return False
        end = self.bare.find(right, start)
        return 0 <= end - start <= NEAR * len(bare(quote)) + AROUND

    def _likeness(self, start: int, end: int, left: str, right: str) -> int:
        before, after = self.bare[:start], self.bare[end:]
        return _common(before[::-1], left[::-1]) + _common(after, right)

    def _passage(self, start: int, end: int, nth: int) -> Passage:
        first, last = self.places[start], self.places[end - 1] + 1
        return Passage(
            self.plain[first:last],
            self.plain[max(0, first - AROUND) : first],
            self.plain[last : last + AROUND],
            nth,
        )


def bare(text: str) -> str:
    """Return a text as passages are compared: composed, without spaces, with plain quotes."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(char for char in composed if not _is_space(char)).translate(SAME)


def _is_space(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Cf", "Cc")


def _starts(text: str, wanted: str) -> list[int]:
    found: list[int] = []
    at = text.find(wanted)
    while at >= 0 and len(found) < 1000:
        found.append(at)
        at = text.find(wanted, at + 1)
    return found


def _common(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
