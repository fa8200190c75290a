"""A list's entries as CSV, JSON or a spreadsheet, for the reader at hand: what the list shows is all there is.

A cell that a spreadsheet would run (it begins with = + - @, TAB or CR, at its start or after a `;`)
gets an apostrophe in front. `plain_cell` takes it away: what is exported comes back unchanged.
Spreadsheets need none: their cells say that they are texts.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from flask_babel import gettext as _

from wiki.bazar.entries.entry_view import Entry
from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec, Form
from wiki.bazar.query import results
from wiki.bazar.query.results import Found, Query
from wiki.core import i18n
from wiki.core.access import Actor
from wiki.core.http import absolute_url
from wiki.core.spreadsheets import ods_writer, xlsx_writer
from wiki.core.spreadsheets.cells import Cell

SPREADSHEETS = {"xlsx": xlsx_writer, "ods": ods_writer}
BOM = "\ufeff"
RUN = re.compile(r"(^|;)('*[=+\-@\t\r])")
SAFE = re.compile(r"(^|;)'('*[=+\-@\t\r])")


def as_csv(found: Found) -> str:
    """Return the entries as CSV with a header of labels and the mark spreadsheets want."""
    specs = _known(found.specs[1:])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(name) for name in headings(found)])
    for entry in found.entries:
        cells = [
            entry.title,
            *(_cell(entry, spec) for spec in specs),
            entry.page.name,
            _moment(entry),
        ]
        writer.writerow([safe_cell(cell) for cell in cells])
    return BOM + out.getvalue()


def as_json(found: Found) -> str:
    """Return the entries as JSON: the fields' definitions, then each entry's address and values."""
    document = {
        "form": found.form.key,
        "title": found.form.title,
        "fields": [
            {"key": spec.key, "type": spec.type, "label": spec.label}
            for spec in _known(found.specs)
        ],
        "total": found.total,
        "entries": [record(entry, found) for entry in found.entries],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def write_spreadsheet(out: IO[bytes], kind: str, form: Form, asked: Query, *, actor: Actor) -> None:
    """Write the entries a query asks for as `xlsx` or `ods`, some hundred at a time. Raises TooLong."""
    first = results.find(form, asked, actor=actor, page_size=0, facets=False)
    rows = (
        _typed_cells(entry, first.specs)
        for found in results.in_turn(form, asked, actor=actor)
        for entry in found.entries
    )
    SPREADSHEETS[kind].write(out, form.title, headings(first), rows)


def record(entry: Entry, found: Found) -> dict[str, Any]:
    """Return an entry's address, title and values as programs get them."""
    values = {spec.key: entry.get(spec.key) for spec in found.specs[1:]}
    return {
        "name": entry.page.name,
        "url": absolute_url(entry.url),
        "title": entry.title,
        "updated_at": _moment(entry),
        "values": {key: value for key, value in values.items() if value is not None},
    }


def headings(found: Found) -> list[str]:
    """Return the labels of the columns; a label that two fields bear is followed by the key."""
    labels = [spec.label for spec in found.specs]
    specs = [found.specs[0], *_known(found.specs[1:])]
    named = [
        spec.label if labels.count(spec.label) == 1 else f"{spec.label} ({spec.key})"
        for spec in specs
    ]
    return [*named, _("Address"), _("Changed")]


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return RUN.sub(r"\1'\2", text)


def plain_cell(text: str) -> str:
    """Return what `safe_cell` was given."""
    return SAFE.sub(r"\1\2", text)


def _known(specs: Any) -> list[FieldSpec]:
    return [spec for spec in specs if forms.role(spec) not in {"", "block"}]


def _cell(entry: Entry, spec: FieldSpec) -> str:
    value = entry.get(spec.key)
    return "" if value is None else forms.type_of(spec).to_csv(spec, value)


def _typed_cells(entry: Entry, specs: Sequence[FieldSpec]) -> list[Cell]:
    cells = [_typed(entry, spec) for spec in _known(specs[1:])]
    return [entry.title, *cells, entry.page.name, _clock(entry)]


def _typed(entry: Entry, spec: FieldSpec) -> Cell:
    """Return a value as a number or a date where that says the same, else as the words of CSV."""
    value = entry.get(spec.key)
    return "" if value is None else forms.type_of(spec).to_cell(spec, value)


def _clock(entry: Entry) -> datetime:
    """Return when an entry last changed, as clocks of the wiki show it."""
    return i18n.local(entry.page.updated_at).replace(microsecond=0, tzinfo=None)


def _moment(entry: Entry) -> str:
    return entry.page.updated_at.isoformat(timespec="seconds")
