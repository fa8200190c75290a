"""Spreadsheets of OpenDocument: the value of each cell by its type, the text that shows it for the others."""

from __future__ import annotations

import re
from datetime import datetime

from wiki.core.extraction.outcome import Unreadable
from wiki.core.extraction.xml import Attributes, Package
from wiki.core.numbers import whole
from wiki.core.spreadsheets.grid import MOST_COLUMNS, MOST_ROWS, Grid, moment, number, truth

_NUMBERS = {"float", "percentage", "currency"}
_CELLS = {"table:table-cell", "table:covered-table-cell"}
_ASIDE = {"office:annotation", "text:tracked-changes", "text:ruby-text", "table:shapes"}
_DURATION = re.compile(r"PT(?:(\d{1,6})H)?(?:(\d{1,2})M)?(?:(\d{1,2})(?:[.,]\d+)?S)?")
_MANY = 1000


def read(package: Package, grid: Grid) -> None:
    """Read the tables of content.xml."""
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Unreadable("encrypted")
    reading = _Reading(grid)
    package.parse("content.xml", start=reading.start, end=reading.end, text=reading.text)
    if not reading.is_spreadsheet:
        raise Unreadable("unknown")


class _Reading:
    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.is_spreadsheet, self.taken, self.depth, self.aside = False, False, 0, 0
        self.row, self.rows, self.column, self.columns = 0, 1, 0, 1
        self.cell: Attributes | None = None
        self.lines: list[list[str]] = []
        self.held: list[tuple[int, int, str]] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag in _ASIDE or self.aside:
            self.aside += 1
        elif tag == "office:spreadsheet":
            self.is_spreadsheet = True
        elif tag == "table:table":
            self._begin_table(attributes)
        elif tag == "table:table-row":
            self.rows = _times(attributes, "table:number-rows-repeated")
            self.column, self.held = 0, []
        elif tag in _CELLS:
            self.columns = _times(attributes, "table:number-columns-repeated")
            self.cell = attributes if tag == "table:table-cell" else {}
            self.lines = []
        elif self.cell is not None:
            self._in_cell(tag, attributes)

    def end(self, tag: str) -> None:
        if self.aside:
            self.aside -= 1
        elif tag in _CELLS:
            self._end_cell()
        elif tag == "table:table-row":
            self._end_row()
        elif tag == "table:table":
            self.depth -= 1

    def text(self, piece: str) -> None:
        if self.lines and self.cell is not None and not self.aside:
            self.lines[-1].append(piece)

    def _begin_table(self, attributes: Attributes) -> None:
        self.depth += 1
        if self.depth == 1 and self.is_spreadsheet:
            self.row = 0
            self.taken = self.grid.begin_sheet(attributes.get("table:name", ""))

    def _in_cell(self, tag: str, attributes: Attributes) -> None:
        if tag in {"text:p", "text:h"}:
            self.lines.append([])
        elif not self.lines:
            return
        elif tag == "text:s":
            self.lines[-1].append(" " * min(_times(attributes, "text:c"), _MANY))
        elif tag == "text:tab":
            self.lines[-1].append("\t")
        elif tag == "text:line-break":
            self.lines[-1].append("\n")

    def _end_cell(self) -> None:
        value = _value(self.cell or {}, "\n".join("".join(line) for line in self.lines))
        if value and self.depth == 1:
            self.held.append((self.column, self.columns, value))
        self.column += self.columns
        self.cell, self.lines = None, []

    def _end_row(self) -> None:
        """Write the row as often as it stands there; an empty one is only counted."""
        if self.depth != 1:
            return
        for at in range(min(self.rows, MOST_ROWS + 2) if self.held and self.taken else 0):
            for column, columns, value in self.held:
                for beside in range(min(columns, MOST_COLUMNS)):
                    self.grid.put(column + beside, value)
            self.grid.end_row(self.row + at + 1)
            if self.grid.is_full:
                break
        self.row += self.rows


def _value(cell: Attributes, shown: str) -> str:
    kind = cell.get("office:value-type", "")
    if kind in _NUMBERS:
        return number(cell.get("office:value", shown))
    if kind == "boolean":
        return truth(cell.get("office:boolean-value") == "true")
    if kind == "date":
        return _date(cell.get("office:date-value", ""), shown)
    if kind == "time":
        return _time(cell.get("office:time-value", ""), shown)
    return shown or cell.get("office:string-value", "")


def _date(value: str, shown: str) -> str:
    try:
        when = datetime.fromisoformat(value[:26].removesuffix("Z"))
    except ValueError:
        return value or shown
    return moment(when, hour="T" in value and bool(when.hour or when.minute or when.second))


def _time(value: str, shown: str) -> str:
    found = _DURATION.fullmatch(value)
    if not found:
        return shown
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")


def _times(attributes: Attributes, name: str) -> int:
    return whole(attributes.get(name, "1"), 1, digits=8)
