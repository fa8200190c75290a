"""A file becomes a table: CSV of any usual separator and encoding, a sheet of a spreadsheet, or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from wiki.bazar.imports.encodings import text_of
from wiki.bazar.lists.export import plain_cell
from wiki.core.http import Invalid
from wiki.core.markup import normalise
from wiki.core.spreadsheets import reader as spreadsheets

LARGEST = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 200
SEPARATORS = ";,\t"
SHEETS = b"\x00sheets\n"
"""How a spreadsheet begins once it was unpacked, which no file that is sent does."""
ADDRESS = "@address"
"""The column of an entry's address; in our JSON it is told from a field of that name."""


@dataclass(frozen=True)
class Row:
    """One row: the line it begins on (of JSON, its number), and a cell for each column.

    Cells are texts in CSV, any JSON value else.
    """

    line: int
    cells: Sequence[Any]


@dataclass(frozen=True)
class Table:
    """What a file holds; `encoding` and `separator` say how it was read, `sheets` what it was chosen from."""

    columns: Sequence[str]
    rows: Sequence[Row]
    encoding: str = ""
    separator: str = ""
    sheets: Sequence[str] = ()


def taken(data: bytes) -> bytes:
    """Return a file as `read` takes it: a spreadsheet is unpacked, once, elsewhere. Raises Invalid (`file`)."""
    if len(data) > LARGEST:
        raise Invalid(file=_("This file is too large: %(count)s MB at most.", count=LARGEST >> 20))
    if data.startswith(SHEETS):
        raise Invalid(file=_("This file cannot be read."))
    if not data.startswith(spreadsheets.STARTS):
        return data
    try:
        return SHEETS + spreadsheets.unpacked(data)
    except spreadsheets.Unread as error:
        raise Invalid(file=_unread(error.reason)) from error


def read(data: bytes, *, sheet: int = 0) -> Table:
    """Return the table that a file holds, once `taken`. Raises Invalid (`file`)."""
    if data.startswith(SHEETS):
        table = _from_sheets(data.removeprefix(SHEETS), sheet)
    else:
        text, encoding = text_of(data)
        is_json = text.lstrip()[:1] in {"{", "["}
        table = _from_json(text) if is_json else _from_csv(text, encoding)
    if not table.rows and len(table.sheets) < 2:
        raise Invalid(file=_("There is no row in this file."))
    if len(table.rows) > MOST_ROWS or len(table.columns) > MOST_COLUMNS:
        raise Invalid(
            file=_(
                "At most %(rows)s rows of %(columns)s columns.",
                rows=MOST_ROWS,
                columns=MOST_COLUMNS,
            )
        )
    return table


def first_sheet(data: bytes) -> int:
    """Return the first sheet that has rows under its heads; 0 of what has no sheets."""
    if not data.startswith(SHEETS):
        return 0
    held = enumerate(spreadsheets.sheets(data.removeprefix(SHEETS)))
    return next((at for at, one in held if len(one.rows) > 1), 0)


def _unread(reason: str) -> str:
    """Say why a spreadsheet was not read."""
    if reason == "encrypted":
        return str(_("This file is locked by a password: save it without one."))
    if reason == "unknown":
        return str(_("This is no table that can be read: save it as .xlsx, .ods or .csv."))
    if reason in {"cut", "bomb", "memory", "slow"}:
        return str(_("This spreadsheet holds too much: send the sheet alone, or as CSV."))
    return str(_("This file is damaged, or no spreadsheet."))


def _from_sheets(lines: bytes, sheet: int) -> Table:
    found = list(spreadsheets.sheets(lines))
    if not 0 <= sheet < len(found):
        raise Invalid(file=_("There is no row in this file."))
    rows = [
        Row(line, [normalise(cell).strip() for cell in cells]) for line, cells in found[sheet].rows
    ]
    return Table(rows[0].cells if rows else (), rows[1:], sheets=[one.name for one in found])


def _from_csv(text: str, encoding: str) -> Table:
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows, begins = [], 1
    try:
        for cells in reader:
            # One column too many is enough to refuse it: a line may hold millions of separators.
            cells = cells[: MOST_COLUMNS + 1]
            cleaned = [normalise(plain_cell(cell)).strip() for cell in cells]
            if any(cleaned):
                rows.append(Row(begins, cleaned))
            begins = reader.line_num + 1
            if len(rows) > MOST_ROWS + 1:
                break
    except csv.Error as error:
        raise Invalid(file=_("Line %(line)s cannot be read.", line=begins)) from error
    head = rows[0].cells if rows else ()
    return Table(head, rows[1:], encoding, separator)


def _separator(text: str) -> str:
    """Return what parts the cells of the first line that holds something, quotes left out."""
    quoted, counts, seen = False, dict.fromkeys(SEPARATORS, 0), False
    for char in text[:100_000]:
        if char == '"':
            quoted = not quoted
        elif char in "\r\n" and not quoted and seen:
            break
        elif not quoted and char in counts:
            counts[char] += 1
        seen = seen or not char.isspace()
    return max(SEPARATORS, key=lambda one: counts[one])


def _from_json(text: str) -> Table:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid(file=_("This file is no JSON that can be read.")) from error
    if isinstance(found, Mapping):
        found = found.get("entries", found.get("items", list(found.values())))
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise Invalid(file=_("A list of entries is expected in this file."))
    flat = [dict(_flat(one)) for one in found[: MOST_ROWS + 1]]
    columns = list(dict.fromkeys(name for row in flat for name in row))
    rows = [Row(at, [row.get(name) for name in columns]) for at, row in enumerate(flat, start=1)]
    return Table(columns, [row for row in rows if any(cell is not None for cell in row.cells)])


def _flat(one: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the values of an entry: those inside `values` (our export) or `data` (our API) as well."""
    inside = next((one[name] for name in ("values", "data") if _is_map(one.get(name))), None)
    if inside is None:
        yield from ((str(name), value) for name, value in one.items())
        return
    yield from ((ADDRESS if name == "name" else name, one.get(name)) for name in ("name", "title"))
    if isinstance(one.get("tags"), list):
        yield "tags", one["tags"]
    yield from ((str(name), value) for name, value in inside.items())


def _is_map(value: Any) -> bool:
    return isinstance(value, Mapping)
