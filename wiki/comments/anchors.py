"""Find a commented passage in the text of a page, also after the text has changed.

Texts are compared without spaces and with plain quotes, so typography and line breaks do not matter.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

CONTEXT_LENGTH = 60
"""Characters of context kept on each side of a passage."""
MAX_LENGTH = 600
MIN_LENGTH = 2
MAX_GROWTH = 4
"""A reworded passage may be at most this many times as long as the original."""
PLAIN_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "…": "."})


@dataclass(frozen=True)
class Passage:
    """A passage of a text with its context; `nth` is its index among identical passages, from 0."""

    quote: str
    before: str
    after: str
    nth: int

    @property
    def bare(self) -> str:
        return bare(self.quote)


class Text:
    """A text to find passages in; `places` maps each character of `bare` to its position in `plain`."""

    def __init__(self, plain: str) -> None:
        self.plain = unicodedata.normalize("NFC", plain)
        visible = [(char, at) for at, char in enumerate(self.plain) if not _is_space(char)]
        self.bare = "".join(char for char, _at in visible).translate(PLAIN_QUOTES)
        self.places = [at for _char, at in visible]

    def find(self, quote: str, before: str = "", after: str = "") -> Passage | None:
        """Return the passage with this text whose context matches best, None if there is none."""
        needle = bare(quote)[:MAX_LENGTH]
        if len(needle) < MIN_LENGTH:
            return None
        left, right = bare(before), bare(after)
        starts = list(_starts(self.bare, needle))
        if not starts:
            return None
        best = max(starts, key=lambda at: self._context_score(at, at + len(needle), left, right))
        return self._passage(best, best + len(needle), starts.index(best))

    def is_reworded(self, quote: str, before: str, after: str) -> bool:
        """Return whether the context of a lost passage is still there, with other words between."""
        left, right = bare(before)[-CONTEXT_LENGTH // 2 :], bare(after)[: CONTEXT_LENGTH // 2]
        if len(left) + len(right) < CONTEXT_LENGTH // 4:
            return False
        start = self.bare.find(left) + len(left) if left in self.bare else -1
        if start < 0:
            return False
        end = self.bare.find(right, start)
        return 0 <= end - start <= MAX_GROWTH * len(bare(quote)) + CONTEXT_LENGTH

    def _context_score(self, start: int, end: int, left: str, right: str) -> int:
        before, after = self.bare[:start], self.bare[end:]
        return _common_prefix_length(before[::-1], left[::-1]) + _common_prefix_length(after, right)

    def _passage(self, start: int, end: int, nth: int) -> Passage:
        first, last = self.places[start], self.places[end - 1] + 1
        return Passage(
            self.plain[first:last],
            self.plain[max(0, first - CONTEXT_LENGTH) : first],
            self.plain[last : last + CONTEXT_LENGTH],
            nth,
        )


def bare(text: str) -> str:
    """Return a text normalized for comparison: NFC, without spaces, with plain quotes."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(char for char in composed if not _is_space(char)).translate(PLAIN_QUOTES)


def _is_space(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Cf", "Cc")


def _starts(text: str, needle: str) -> list[int]:
    positions: list[int] = []
    at = text.find(needle)
    while at >= 0 and len(positions) < 1000:
        positions.append(at)
        at = text.find(needle, at + 1)
    return positions


def _common_prefix_length(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
