"""Lists of the wiki as files: JSON and CSV out and in, for people, the command line and other wikis."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from wiki.bazar.lists.export import BOM, plain_cell, safe_cell
from wiki.bazar.values.vocabularies import Nomenclature
from wiki.core.http import Invalid
from wiki.core.names import fold

COLUMNS = ("key", "fr", "en", "parent", "color", "icon")
LARGEST = 1_000_000


def as_json(found: Nomenclature) -> str:
    """Return a list as JSON."""
    document = {"key": found.key, "title": found.title, "values": found.values}
    return json.dumps(document, ensure_ascii=False, indent=1)


def as_csv(found: Nomenclature) -> str:
    """Return a list's values as CSV with the mark spreadsheets want."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in found.values:
        writer.writerow([safe_cell(row.get(name, "")) for name in COLUMNS])
    return BOM + out.getvalue()


def read(data: bytes) -> list[dict[str, Any]]:
    """Return the values of a file: ours, CSV with headings, or a list of YesWiki. Raises Invalid."""
    try:
        text = data[: LARGEST + 1].decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if len(data) > LARGEST:
        raise Invalid(file=_("This file is too large."))
    if text.lstrip()[:1] in {"{", "["}:
        return list(_from_json(text))
    return list(_from_csv(text))


def merged(
    held: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return values with those of a file added, or in place of those of the same key."""
    by_key: dict[str, Mapping[str, Any]] = {str(row["key"]): row for row in held}
    for row in rows:
        key = str(
            row.get("key") or fold(str(row.get("fr") or row.get("label") or row.get("en") or ""))
        )
        by_key[key] = {**row, "key": key}
    return list(by_key.values())


def _from_json(text: str) -> Iterator[dict[str, Any]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid(file=_("This file cannot be read.")) from error
    if isinstance(found, Mapping) and "label" in found and "nodes" not in found:
        found = [{"key": key, "label": label} for key, label in dict(found["label"]).items()]
    if isinstance(found, Mapping):
        found = found.get("values", found.get("nodes", []))
    yield from _nodes(found, "", 8)


def _nodes(found: Any, parent: str, deep: int) -> Iterator[dict[str, Any]]:
    """Give values, children after their parent: those of YesWiki hold them inside, in a list or by number."""
    nodes = list(found.values()) if isinstance(found, Mapping) else found
    if not isinstance(nodes, list) or not deep:
        raise Invalid(file=_("This file cannot be read."))
    for node in nodes:
        if not isinstance(node, Mapping):
            raise Invalid(file=_("This file cannot be read."))
        row = {name: str(node[name]) for name in (*COLUMNS, "label") if node.get(name) is not None}
        row["key"] = row.get("key") or str(node.get("id") or "")
        yield row | ({"parent": parent} if parent else {})
        if node.get("children"):
            yield from _nodes(node["children"], row["key"], deep - 1)


def _from_csv(text: str) -> Iterator[dict[str, Any]]:
    first = text.partition("\n")[0]
    separator = max(";,\t", key=first.count)
    for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=separator):
        cells = {
            str(name).strip().lower(): plain_cell(cell.strip())
            for name, cell in row.items()
            if name and isinstance(cell, str)
        }
        if any(cells.values()):
            yield cells
