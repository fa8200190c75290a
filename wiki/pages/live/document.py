"""Shared documents, through pycrdt: the one file that knows it, and brings it only once people write together.

pycrdt counts a text in bytes of UTF-8, browsers (Yjs) in UTF-16: places never leave this file.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from wiki.core.markup.align import matches

if TYPE_CHECKING:
    from pycrdt import Doc, Text

ROOT = "text"
TOKENS = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]+")

Edit = tuple[int, int, str]
"""Characters from `start` to `end` of the text before, and what stands in their place."""


class Broken(ValueError):
    """Bytes that are no update, or none that goes with the others."""


class Shared:
    """A document made from updates, in any order; those it knows already change nothing."""

    def __init__(self, updates: Iterable[bytes] = ()) -> None:
        # Brought here: a wiki whose people do not write together never pays for it.
        from pycrdt import Doc, Text

        # Browsers know client numbers of 32 bits.
        self._doc: Doc[Text] = Doc(client_id=secrets.randbits(32))
        self._text = self._doc.get(ROOT, type=Text)
        self.apply(updates)

    def apply(self, updates: Iterable[bytes]) -> None:
        """Take updates in. Raises Broken."""
        for update in updates:
            try:
                self._doc.apply_update(update)
            except BaseException as error:
                _unless_ours(error)
                raise Broken(str(error)) from error

    @property
    def text(self) -> str:
        return str(self._text)

    @property
    def whole(self) -> bytes:
        """The document as one update."""
        return self._doc.get_update()

    def write(self, text: str, *, adding: bool = False) -> bytes:
        """Make the text this one by its smallest edits; return them as an update, empty when there are none.

        With `adding`, nothing that stands is taken away: only what is new comes in.
        """
        before = self.text
        edits = [
            (end if adding else start, end, put)
            for start, end, put in edits_between(before, text)
            if put or not adding
        ]
        return self.edit(edits)

    def edit(self, edits: Sequence[Edit]) -> bytes:
        """Make edits, given in order and in places of the text as it is; return them as an update."""
        if not edits:
            return b""
        before, known = self.text, self._doc.get_state()
        with self._doc.transaction():
            for start, end, put in reversed(edits):
                place = len(before[:start].encode())
                if end > start:
                    del self._text[place : place + len(before[start:end].encode())]
                if put:
                    self._text.insert(place, put)
        return self._doc.get_update(known)


def made_of(text: str) -> bytes:
    """Return a document that holds a text, as one update."""
    made = Shared()
    made.write(text)
    return made.whole


def is_update(raw: bytes) -> bool:
    """Return whether these bytes are an update."""
    try:
        Shared([raw])
    except Broken:
        return False
    return True


def brought_together(base: str, mine: str, theirs: str) -> str:
    """Return one text with what both changed of a third: it never refuses, and what both did comes once."""
    known = set(edits_between(base, theirs))
    ours = [edit for edit in edits_between(base, mine) if edit not in known]
    start = made_of(base)
    one, other = Shared([start]), Shared([start])
    one.edit(ours)
    one.apply([other.write(theirs) or start])
    return one.text


def edits_between(old: str, new: str) -> list[Edit]:
    """Return what leads from one text to another, by words, in order."""
    return [
        _trimmed(old, new, *gap)
        for a, a_end, b, b_end in _gaps(
            old.splitlines(keepends=True), new.splitlines(keepends=True)
        )
        for gap in _by_words(old, new, a, a_end, b, b_end)
    ]


def _gaps(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield what is not shared, as places in characters on both sides."""
    starts, others = _starts(left), _starts(right)
    i = j = 0
    for at, over, size in [*matches(left, right), (len(left), len(right), 0)]:
        if at > i or over > j:
            yield starts[i], starts[at], others[j], others[over]
        i, j = at + size, over + size


def _by_words(
    old: str, new: str, a: int, a_end: int, b: int, b_end: int
) -> Iterator[tuple[int, int, int, int]]:
    left, right = TOKENS.findall(old[a:a_end]), TOKENS.findall(new[b:b_end])
    for i, i_end, j, j_end in _gaps(left, right):
        yield a + i, a + i_end, b + j, b + j_end


def _trimmed(old: str, new: str, a: int, a_end: int, b: int, b_end: int) -> Edit:
    """Leave out what both sides begin and end with."""
    while a < a_end and b < b_end and old[a] == new[b]:
        a, b = a + 1, b + 1
    while a < a_end and b < b_end and old[a_end - 1] == new[b_end - 1]:
        a_end, b_end = a_end - 1, b_end - 1
    return a, a_end, new[b:b_end]


def _starts(parts: Sequence[str]) -> list[int]:
    places = [0]
    for part in parts:
        places.append(places[-1] + len(part))
    return places


def _unless_ours(error: BaseException) -> None:
    """Let through what is no fault of an update; a panic of the library is one, whatever its class."""
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
        raise error
