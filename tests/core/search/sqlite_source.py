"""A small wiki in SQLite for the indexer's tests; run as a program, it indexes until killed."""

from __future__ import annotations

import math
import signal
import sqlite3
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from wiki.core.search.engines.base import SearchDocument, open_engine
from wiki.core.search.index import indexer

_TABLES = """
CREATE TABLE page (id INTEGER PRIMARY KEY, version INTEGER, title TEXT);
CREATE TABLE search_queue (page_id INTEGER PRIMARY KEY, version INTEGER);
CREATE TABLE about (generation TEXT);
INSERT INTO about VALUES ('one');
"""
_ENQUEUE = """
INSERT INTO search_queue VALUES (?, 1)
ON CONFLICT (page_id) DO UPDATE SET version = version + 1
"""
_SAVE = """
INSERT INTO page VALUES (?, 1, ?)
ON CONFLICT (id) DO UPDATE SET version = version + 1, title = excluded.title
"""


class SqliteSource:
    """Pages and their queue; every method is its own transaction.

    Who reads the document after `last` waits there until it is killed.
    """

    def __init__(self, path: Path, *, last: float = math.inf) -> None:
        self.path = path
        self.last = last

    def create(self) -> None:
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_TABLES)

    def save(self, pages: dict[int, str]) -> None:
        self._write([(_SAVE, list(pages.items())), (_ENQUEUE, [(page,) for page in pages])])

    def remove(self, page: int) -> None:
        self._write([("DELETE FROM page WHERE id = ?", [(page,)]), (_ENQUEUE, [(page,)])])

    def restore(self, generation: str) -> None:
        """Do as a backup put back in place: nothing waits, and the generation is another."""
        self._write(
            [
                ("UPDATE about SET generation = ?", [(generation,)]),
                ("DELETE FROM search_queue", [()]),
            ]
        )

    def versions(self) -> dict[int, int]:
        return dict(self._read("SELECT id, version FROM page"))

    def titles(self) -> dict[int, str]:
        return dict(self._read("SELECT id, title FROM page"))

    def generation(self) -> str:
        return str(self._read("SELECT generation FROM about")[0][0])

    def waiting(self, limit: int) -> Sequence[indexer.Row]:
        return self._read(
            "SELECT page_id, version FROM search_queue ORDER BY page_id LIMIT ?", limit
        )

    def members(self, keys: Sequence[int]) -> dict[int, int | None]:
        return dict.fromkeys(keys)

    def documents(self, ids: Sequence[int]) -> Iterable[SearchDocument]:
        marks = ",".join("?" * len(ids))
        rows = self._read(f"SELECT id, version, title FROM page WHERE id IN ({marks})", *ids)
        now = datetime.now(UTC)
        for id_, version, title in rows:
            if id_ > self.last:
                signal.pause()
            more = ("text", f"p{id_}", title, "", (), f"corps {title}", "fr", "", "", now)
            yield SearchDocument(id_, version, *more)

    def forget(self, rows: Sequence[indexer.Row]) -> None:
        self._write([("DELETE FROM search_queue WHERE page_id = ? AND version = ?", list(rows))])

    def all_ids(self) -> Iterable[int]:
        return [row[0] for row in self._read("SELECT id FROM page ORDER BY id")]

    def count(self) -> int:
        return int(self._read("SELECT count(*) FROM page")[0][0])

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=20, isolation_level=None)

    def _read(self, statement: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
        with closing(self._connect()) as connection:
            return connection.execute(statement, values).fetchall()

    def _write(self, statements: list[tuple[str, list]]) -> None:  # type: ignore[type-arg]
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            for statement, rows in statements:
                connection.executemany(statement, rows)
            connection.execute("COMMIT")


def main(folder: str, database: str, name: str, url: str, last: str) -> None:
    engine = open_engine(name, Path(folder), url=url)
    source = SqliteSource(Path(database), last=float(last))
    print("ready", flush=True)
    while True:
        if not indexer.run_once(engine, source):
            indexer.tidy(engine)
            time.sleep(0.005)


if __name__ == "__main__":
    main(*sys.argv[1:])
