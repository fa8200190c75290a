"""A small table of numbers, with sums by row and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.bazar.field import BadValue, Field, IndexValue, is_number
from wiki.bazar.fields.choice import Choice
from wiki.bazar.fields.number import LARGEST, Number
from wiki.bazar.models import FieldSpec
from wiki.core.params import Param

NUMBER, CHOICE = Number(), Choice()
PLAIN = FieldSpec("", "number", "")
MOST_CELLS = 400


class Indicators(Field):
    """{row: {column: number}}, by keys; empty cells are not there."""

    name: ClassVar[str] = "indicators"
    shown_as_number = True
    summary = "a table of numbers with sums"
    sample_options = {
        "rows": [{"key": "a", "label": "Adults"}, {"key": "c", "label": "Children"}],
        "columns": [{"key": "y1", "label": "2025"}, {"key": "y2", "label": "2026"}],
        "unit": "people",
    }
    part = "sections"
    label = _l("Table of numbers")
    group = _l("Text")
    icon = "table"
    is_group = True
    is_long = True
    can_sort = True
    options = (
        Param("rows", _l("Rows"), "choices", required=True),
        Param("columns", _l("Columns"), "choices", required=True),
        Param("unit", _l("Unit")),
    )

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        return {
            row: {
                column: form.get(f"{spec.key}.{row}.{column}", "")
                for column in _keys(spec, "columns")
            }
            for row in _keys(spec, "rows")
        }

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        if isinstance(raw, str):
            raw = self.from_csv(spec, raw)
        if raw is None:
            return None
        if not isinstance(raw, dict) or not all(isinstance(one, dict) for one in raw.values()):
            raise BadValue(_("Numbers go by row and column."))
        rows, columns = _keys(spec, "rows"), _keys(spec, "columns")
        if set(raw) - set(rows) or {key for one in raw.values() for key in one} - set(columns):
            raise BadValue(_("There is no such row or column."))
        table = {
            row: {
                column: number
                for column in columns
                if (number := NUMBER.clean(PLAIN, raw.get(row, {}).get(column))) is not None
            }
            for row in rows
        }
        return {row: cells for row, cells in table.items() if cells} or None

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return isinstance(value, dict) and all(
            isinstance(cells, dict) and all(is_number(number) for number in cells.values())
            for cells in value.values()
        )

    def formula_value(self, spec: FieldSpec, value: Any) -> Any:
        return self.total(value)

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(number=max(-LARGEST, min(LARGEST, float(self.total(value)))))]

    def bound(self, spec: FieldSpec, raw: str, *, upper: bool) -> float:
        return NUMBER.bound(spec, raw, upper=upper)

    def text(self, spec: FieldSpec, value: Any) -> str:
        rows = dict(self.heads(spec, "rows"))
        sums = [
            f"{rows.get(row, row)} {self.number(spec, sum(cells.values()))}"
            for row, cells in value.items()
        ]
        total = _("total %(number)s", number=self.number(spec, self.total(value)))
        return ", ".join([*sums, total])

    def words(self, spec: FieldSpec, value: Any) -> str:
        return ""

    def source(self, spec: FieldSpec, value: Any) -> str:
        return self.to_csv(spec, value)

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        cells = [(row, column, n) for row, found in value.items() for column, n in found.items()]
        return " | ".join(f"{row}/{column}={number!r}" for row, column, number in cells)

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        table: dict[str, dict[str, str]] = {}
        for piece in filter(str.strip, cell.split("|")):
            where, _equal, number = piece.strip().partition("=")
            row, _slash, column = where.partition("/")
            table.setdefault(row.strip(), {})[column.strip()] = number
        return table or None

    def heads(self, spec: FieldSpec, side: str) -> list[tuple[str, str]]:
        """Return the rows or the columns as (key, label)."""
        return [(one["key"], one["label"]) for one in spec.options.get(side, [])]

    def total(self, value: Any) -> int | float:
        """Return the sum of all cells."""
        return sum(number for cells in value.values() for number in cells.values())

    def column_sum(self, value: Any, column: str) -> int | float:
        """Return the sum of one column."""
        return sum(cells.get(column, 0) for cells in value.values())

    def number(self, spec: FieldSpec, number: float) -> str:
        """Return a number in words, with its unit."""
        return NUMBER.text(spec, round(number, 6))

    def plain(self, number: float) -> str:
        """Return a number as people write it."""
        return str(format_decimal(round(number, 6)))

    def typed(self, value: Any, row: str, column: str) -> str:
        """Return what stands in the input of a cell."""
        cells = value.get(row) if isinstance(value, dict) else None
        return NUMBER.typed(cells.get(column)) if isinstance(cells, dict) else ""

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        sides = {side: CHOICE.checked(spec.options.get(side)) for side in ("rows", "columns")}
        if any(set("/=.") & set(one["key"]) for side in sides.values() for one in side):
            raise BadValue(_("A key of a row or column has no / = or dot."))
        if len(sides["rows"]) * len(sides["columns"]) > MOST_CELLS:
            raise BadValue(_("At most %(count)s cells.", count=MOST_CELLS))
        unit = str(spec.options.get("unit") or "").strip()[:20]
        return replace(spec, options={**sides, **({"unit": unit} if unit else {})})


def _keys(spec: FieldSpec, side: str) -> list[str]:
    return [one["key"] for one in spec.options.get(side, [])]
