"""What both formats of spreadsheets fill in, and how it goes from the limited process to the wiki: lines of JSON.

A line is a sheet (`{"sheet": name}`) or a row of it (`[number, [cells]]`); all cells are texts.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import datetime
from typing import BinaryIO

from wiki.core.extraction.outcome import Unreadable

MOST_SHEETS = 50
MOST_ROWS = 20_001
"""Rows kept of a sheet, heads included; one more tells that there are too many."""
MOST_COLUMNS = 201
LONGEST_CELL = 100_000


class Grid:
    """Takes cells as they come and writes rows. Raises Unreadable at `limit` bytes."""

    def __init__(self, out: BinaryIO, limit: int) -> None:
        self.out, self.left = out, limit
        self.rows, self.sheets = 0, 0
        self.cells: dict[int, str] = {}

    def begin_sheet(self, name: str) -> bool:
        """Begin a sheet; answer whether it is taken."""
        self.rows, self.sheets, self.cells = 0, self.sheets + 1, {}
        if self.sheets > MOST_SHEETS:
            return False
        self._write({"sheet": _composed(name)[:200]})
        return True

    def put(self, column: int, text: str) -> None:
        """Put a cell in the row at hand, from column 0 on; one too many is kept, to be told."""
        if not text:
            return
        if len(text) > LONGEST_CELL:
            raise Unreadable("cut")
        self.cells[min(column, MOST_COLUMNS - 1)] = _composed(text)

    def end_row(self, number: int) -> None:
        """Write the row at hand, which has this number in its sheet."""
        cells, self.cells = self.cells, {}
        if not cells or self.rows > MOST_ROWS:
            return
        self.rows += 1
        self._write([number, [cells.get(at, "") for at in range(max(cells) + 1)]])

    @property
    def is_full(self) -> bool:
        """Answer whether nothing more is taken of this sheet."""
        return self.rows > MOST_ROWS

    def _write(self, line: object) -> None:
        written = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self.left -= len(written)
        if self.left < 0:
            raise Unreadable("cut")
        self.out.write(written)


def number(text: str) -> str:
    """Return a number as people see it: fifteen figures, which is what spreadsheets know."""
    try:
        value = float(text)
    except ValueError:
        return text
    if value != value or value in (float("inf"), float("-inf")):
        return text
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(float(f"{value:.15g}"))


def moment(when: datetime, *, day: bool = True, hour: bool = True) -> str:
    """Return a day, a time of day, or both, as the fields of forms read them."""
    clock = f"{when:%H:%M}" if not when.second else f"{when:%H:%M:%S}"
    if not day:
        return clock
    return f"{when:%Y-%m-%d}T{clock}" if hour else f"{when.year:04}-{when:%m-%d}"


def truth(value: bool) -> str:
    """Return a boolean as fields read it."""
    return "yes" if value else "no"


def _composed(text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", "".join(c for c in plain if c >= " " or c in "\n\t"))
