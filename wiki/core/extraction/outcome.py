"""How a reading ends: the words that both sides of the process know, and the sink that text goes to."""

from __future__ import annotations

import re
import unicodedata
from typing import BinaryIO

REASONS = {
    "encrypted": 10,
    "malformed": 11,
    "memory": 12,
    "bomb": 13,
    "unknown": 14,
    "cut": 15,
}
"""Why a file was not read, or not to its end, and the exit code that says so."""

UNPACKED = 200 * 1024 * 1024
"""Bytes that all the parts of a file may unpack to; past these it is taken for a bomb."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\xad": None, "\xa0": " "}
)


class Unreadable(Exception):
    """A file that is not read, or not to its end; `reason` is one of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Sink:
    """Takes text as it comes and writes it page by page, a form feed after each but the last.

    What is written stays when the process is killed later. Raises Unreadable at `limit` characters.
    """

    def __init__(self, out: BinaryIO, limit: int) -> None:
        self.out, self.left = out, limit
        self.pieces: list[str] = []
        self.held, self.pages = 0, 0

    def add(self, piece: str) -> None:
        """Add text to the page at hand."""
        self.pieces.append(piece)
        self.held += len(piece)
        if self.held > self.left:
            self.end_page()
            # White space was counted and is gone: what is left is not worth another look.
            raise Unreadable("cut")

    def end_page(self) -> None:
        """Write the page at hand."""
        text = cleaned("".join(self.pieces))[: self.left]
        self.out.write(("\f" * bool(self.pages) + text).encode())
        self.out.flush()
        self.left -= len(text) + 1
        self.pieces, self.held, self.pages = [], 0, self.pages + 1
        if self.left <= 0:
            raise Unreadable("cut")


def cleaned(text: str) -> str:
    """Return text as databases take it: no control characters, letters composed, spaces single."""
    plain = _CONTROL.sub(" ", unicodedata.normalize("NFC", text.translate(_LIGATURES)))
    lines = (" ".join(line.split()) for line in plain.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
