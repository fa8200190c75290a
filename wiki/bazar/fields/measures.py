"""A few lines that each name what is looked at, what is aimed at and what was measured."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.bazar.field import BadValue, Field, clean_line
from wiki.bazar.models import FieldSpec

PARTS = ("name", "target", "measure")
MOST, LONGEST = 30, 200
SPARE = 3
"""Empty lines in the form: more come once these are saved."""


class Measures(Field):
    """A list of {"name", "target", "measure"}, the last two when they are said."""

    name: ClassVar[str] = "measures"
    summary = "lines with a name, an aim and what was measured"
    part = "sections"
    label = _l("Aims and measures")
    group = _l("Text")
    icon = "list-checks"
    is_group = True
    is_long = True

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        columns = [form.getlist(f"{spec.key}.{part}") for part in PARTS]
        rows = zip(*columns, strict=False)
        return [row for cells in rows if any((row := _row(cells)).values())]

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        if isinstance(raw, str):
            raw = self.from_csv(spec, raw)
        if raw is None:
            return None
        if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
            raise BadValue(_("A measure has a name, an aim and what was measured."))
        if len(raw) > MOST:
            raise BadValue(_("At most %(count)s lines.", count=MOST))
        return [row for row in map(_cleaned, raw) if row] or None

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return isinstance(value, list) and all(_is_row(row) for row in value)

    def text(self, spec: FieldSpec, value: Any) -> str:
        return "; ".join(" · ".join(row[part] for part in PARTS if row.get(part)) for row in value)

    def source(self, spec: FieldSpec, value: Any) -> str:
        return "\n".join(" | ".join(row.get(part, "") for part in PARTS) for row in value)

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        return self.source(spec, value)

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        lines = (line.split("|") for line in cell.splitlines() if line.strip())
        return [_row([*cells, "", ""][:3]) for cells in lines]

    def lines(self, value: Any) -> list[dict[str, str]]:
        """Return the lines of the form: what stands, typed or stored, and a few to fill in."""
        held = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
        plain = [{part: _said(row.get(part)) for part in PARTS} for row in held[:MOST]]
        return plain + [dict.fromkeys(PARTS, "")] * max(0, min(SPARE, MOST - len(plain)))

    def heads(self) -> list[tuple[str, str]]:
        """Return the columns as (key, words)."""
        words = (_("What we look at"), _("What we aim at"), _("What we measured"))
        return list(zip(PARTS, map(str, words), strict=True))


def _row(cells: Any) -> dict[str, str]:
    return {part: str(cell).strip() for part, cell in zip(PARTS, cells, strict=True)}


def _said(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _cleaned(row: dict[str, Any]) -> dict[str, str]:
    """Return a line as it is kept. Raises BadValue."""
    if set(row) - set(PARTS):
        raise BadValue(_("A measure has a name, an aim and what was measured."))
    said = {part: clean_line(row.get(part), longest=LONGEST) for part in PARTS}
    if any("|" in (text or "") for text in said.values()):
        raise BadValue(_("A measure has no |."))
    kept = {part: text for part, text in said.items() if text}
    if kept and "name" not in kept:
        raise BadValue(_("Name what is measured."))
    return kept


def _is_row(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and "name" in row
        and set(row) <= set(PARTS)
        and all(isinstance(text, str) for text in row.values())
    )
