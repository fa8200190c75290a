"""Which stored files a database names, and which of them a folder lacks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import JSON, Connection, DateTime, String, column, inspect, select, table

from wiki.bazar.values.uploads import contents_named

SHA256 = re.compile(r"[0-9a-f]{64}")


def missing(connection: Connection, there: Collection[str]) -> list[str]:
    """Return the files that the database names and that are not among `there`, as `files/ab/abcd…`."""
    named = {
        place_of(one) if SHA256.fullmatch(one) else ascii(one[:100]) for one in _named(connection)
    }
    return sorted(named - set(there))


def place_of(sha256: str) -> str:
    """Return where a content lies in the instance folder."""
    return f"files/{sha256[:2]}/{sha256}"


def _named(connection: Connection) -> Iterator[str]:
    """Give what the tables of this or an older schema name: contents, files of pages, the logo, suggestions."""
    tables = set(inspect(connection).get_table_names())
    if "stored_file" in tables:
        yield from connection.scalars(_column("stored_file", "sha256"))
    shown = _column("attachment", "sha256").where(column("removed_at", DateTime).is_(None))
    yield from connection.scalars(shown)
    for value in connection.scalars(_json("setting", "value").where(column("name") == "logo")):
        if isinstance(value, dict) and value.get("v"):
            yield str(value["v"])
    if "suggestion" in tables:
        for changes in connection.scalars(_json("suggestion", "changes")):
            yield from contents_named(changes)


def _column(name: str, of: str) -> Any:
    return select(column(of, String)).select_from(table(name)).distinct()


def _json(name: str, of: str) -> Any:
    return select(column(of, JSON)).select_from(table(name))
