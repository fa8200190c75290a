"""What a cell that is written can hold, and the words that XML takes."""

from __future__ import annotations

import re
from datetime import date
from xml.sax.saxutils import escape

Cell = str | int | float | date
"""A text is written as a text, so that no program takes it for a formula, whatever it begins with."""
EXACT = 10**15
"""From here on, spreadsheets round whole numbers: those are written as texts."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class TooLong(ValueError):
    """A text that the format cannot hold whole."""


def words(text: str) -> str:
    """Return a text as XML writes it, without what it cannot hold."""
    return escape(_NOT_XML.sub("", text), {'"': "&quot;"})


def is_exact(cell: Cell) -> bool:
    """Answer whether a cell is a number that comes back as it was."""
    if isinstance(cell, float):
        return float(f"{cell:.15g}") == cell
    return isinstance(cell, int) and abs(cell) < EXACT
