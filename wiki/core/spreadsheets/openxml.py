"""Workbooks of Office Open XML: the value of each cell, dates told by the style that shows them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from wiki.core.extraction.openxml import relations, strings
from wiki.core.extraction.xml import Attributes, Package, local
from wiki.core.numbers import whole
from wiki.core.spreadsheets.grid import Grid, moment, number, truth

WORKBOOK, STYLES = "xl/workbook.xml", "xl/styles.xml"
_DAYS, _HOURS, _BOTH = {14, 15, 16, 17}, {18, 19, 20, 21, 45, 46, 47}, {22}
"""The formats of dates that every workbook knows by their number."""
_QUIET = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
"""What a format says in words, colours and conditions: no part of a date."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_MOST_STYLES = 100_000


def read(package: Package, grid: Grid) -> None:
    """Read the sheets that are not hidden, in their order."""
    book = _Book(package)
    known = relations(package, WORKBOOK)
    texts = [_unescaped(text) for text in strings(package)]
    for name, relation in book.sheets:
        part = known.get(relation, "")
        if part in package.names and grid.begin_sheet(name):
            _Sheet(grid, texts, book).read(package, part)


class _Book:
    """What a workbook says of its sheets and of how cells are shown."""

    def __init__(self, package: Package) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.epoch = datetime(1899, 12, 30)
        self._custom: dict[int, str] = {}
        self._formats: list[int] = []
        self._inside = ""
        package.parse(WORKBOOK, start=self._workbook)
        if STYLES in package.names:
            package.parse(STYLES, start=self._style, end=self._style_end)
        self.shows = [self._shown(one) for one in self._formats]

    def _workbook(self, tag: str, attributes: Attributes) -> None:
        if local(tag) == "sheet" and attributes.get("state", "visible") == "visible":
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            self.sheets.append((attributes.get("name", ""), relation))
        elif local(tag) == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
            self.epoch = datetime(1904, 1, 1)

    def _style(self, tag: str, attributes: Attributes) -> None:
        name = local(tag)
        if name == "numFmt":
            self._custom[_int(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = name
        elif name == "xf" and self._inside and len(self._formats) < _MOST_STYLES:
            self._formats.append(_int(attributes.get("numFmtId")))

    def _style_end(self, tag: str) -> None:
        if local(tag) == "cellXfs":
            self._inside = ""

    def _shown(self, one: int) -> str:
        """Return what a format shows of a number: "" itself, "d" a day, "h" an hour, or both."""
        if one in self._custom:
            plain = _QUIET.sub("", self._custom[one].partition(";")[0]).lower()
            hour = bool(re.search("[hs]", plain))
            day = bool(re.search("[dy]", plain)) or ("m" in plain and not hour)
            return "d" * day + "h" * hour
        return "d" * (one in _DAYS | _BOTH) + "h" * (one in _HOURS | _BOTH)


class _Sheet:
    def __init__(self, grid: Grid, texts: list[str], book: _Book) -> None:
        self.grid, self.texts, self.book = grid, texts, book
        self.row, self.column = 0, -1
        self.kind, self.style, self.inside, self.aside = "n", 0, False, 0
        self.pieces: list[str] = []

    def read(self, package: Package, part: str) -> None:
        package.parse(part, start=self._start, end=self._end, text=self._text)

    def _start(self, tag: str, attributes: Attributes) -> None:
        name = local(tag)
        if name == "row":
            self.row, self.column = _int(attributes.get("r")) or self.row + 1, -1
        elif name == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self.column = _column(place.group(1)) if place else self.column + 1
            self.kind = attributes.get("t", "n")
            self.style = _int(attributes.get("s"))
            self.pieces = []
        self.aside += name == "rPh"
        self.inside = name in {"v", "t"} and not self.aside

    def _text(self, piece: str) -> None:
        if self.inside:
            self.pieces.append(piece)

    def _end(self, tag: str) -> None:
        name, self.inside = local(tag), False
        self.aside -= name == "rPh"
        if name == "c" and not self.grid.is_full:
            self.grid.put(self.column, self._cell("".join(self.pieces)))
        elif name == "row":
            self.grid.end_row(self.row)

    def _cell(self, value: str) -> str:
        if self.kind == "s":
            place = int(value) if value.isdecimal() and len(value) < 10 else -1
            return self.texts[place] if 0 <= place < len(self.texts) else ""
        if self.kind == "b":
            return truth(value.strip() == "1") if value else ""
        if self.kind in {"inlineStr", "str", "e"}:
            return _unescaped(value)
        if self.kind == "d":
            return value.removesuffix("Z").removesuffix("T00:00:00")
        return self._number(value) if value else ""

    def _number(self, value: str) -> str:
        shows = self.book.shows[self.style] if self.style < len(self.book.shows) else ""
        if not shows:
            return number(value)
        try:
            # To the second: a day is a number of days, and a third of one never comes out even.
            when = self.book.epoch + timedelta(seconds=round(float(value) * 86400))
        except (ValueError, OverflowError):
            return value
        hour = "h" in shows and (shows == "h" or bool(when.hour or when.minute or when.second))
        return moment(when, day="d" in shows, hour=hour)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)


def _column(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1


def _int(text: str | None) -> int:
    return whole(text or "", 0)
