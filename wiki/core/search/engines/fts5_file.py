"""The SQLite file of an FTS5 index: its tables, its stamp, what a commit writes; not how it is read.

Each field is a contentless table of its own, so that its scores are those of that field; the terms of
a document are kept compressed beside, since FTS5 must be told them to forget them."""

# ruff: noqa: S608 - the names of tables are those of FIELDS
import json
import secrets
import sqlite3
import zlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from wiki.core.search.engines.base import FACETS, SearchDocument
from wiki.core.search.engines.sql_columns import packed
from wiki.core.search.engines.sql_engine import Stamp
from wiki.core.search.index.document_terms import KEYED, WEIGHTS, Prepared, key, prepare
from wiki.core.search.pipeline import analysis

FORMAT = "fts5-1"
NAME = "index.db"
FIELDS = (*WEIGHTS, "small", "beginnings", "words")
"""The tables of terms, by the name of what they hold in Prepared."""

LOCK_SECONDS = 10.0
_AT_ONCE = 500
_MERGED_AT_ONCE = 300
"""Pages of 4 kB that one call of `merge` rewrites at most."""

_TABLES = """
CREATE TABLE stamp (generation TEXT, cursor TEXT, format TEXT, analyser TEXT, made TEXT, seq INTEGER,
                    documents INTEGER);
CREATE TABLE doc (id INTEGER PRIMARY KEY, version INTEGER, updated INTEGER, length INTEGER, shown TEXT,
                  facets TEXT, terms BLOB, seq INTEGER);
CREATE TABLE gone (id INTEGER PRIMARY KEY, seq INTEGER);
CREATE TABLE facet (field TEXT, value TEXT, id INTEGER, PRIMARY KEY (field, value, id)) WITHOUT ROWID;
CREATE VIRTUAL TABLE lexicon USING fts5vocab(words, row);
"""
_INDEX = "CREATE INDEX doc_seq ON doc (seq)"


def connect(path: Path) -> sqlite3.Connection:
    """Open the file of an index. Raises sqlite3.OperationalError when it is not there."""
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        uri=True,
        timeout=LOCK_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA cache_size=-4000")
    return connection


def write_whole(folder: Path, docs: Iterable[SearchDocument], cursor: str, generation: str) -> None:
    """Write a whole index into an empty folder."""
    (folder / NAME).touch(mode=0o600)
    connection = connect(folder / NAME)
    try:
        # Nobody reads it yet, and it is thrown away if it is not finished.
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        _create(connection)
        connection.execute("BEGIN")
        count = 0
        for doc in docs:
            _add(connection, doc.id, prepare(doc), 1)
            count += 1
        stamp = (generation, cursor, FORMAT, analysis.ANALYSER, secrets.token_hex(6), 1, count)
        connection.execute("INSERT INTO stamp VALUES (?, ?, ?, ?, ?, ?, ?)", stamp)
        for field in FIELDS:
            connection.execute(f"INSERT INTO {field} ({field}) VALUES ('optimize')")
        connection.execute(_INDEX)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def commit(
    connection: sqlite3.Connection,
    upserts: Iterable[SearchDocument],
    deletes: Collection[int],
    cursor: str,
) -> None:
    """Replace and remove documents, with the cursor, in one transaction."""
    docs = {doc.id: prepare(doc) for doc in upserts}
    connection.execute("BEGIN IMMEDIATE")
    try:
        (seq,) = connection.execute("SELECT seq + 1 FROM stamp").fetchone()
        for id_ in _present(connection, {*docs, *deletes}):
            _remove(connection, id_)
        gone = [(id_, seq) for id_ in deletes if id_ not in docs]
        connection.executemany("INSERT OR REPLACE INTO gone VALUES (?, ?)", gone)
        for id_, doc in docs.items():
            _add(connection, id_, doc, seq)
        connection.execute(
            "UPDATE stamp SET seq = ?, cursor = ?, documents = (SELECT count(*) FROM doc)",
            (seq, cursor),
        )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def read_stamp(connection: sqlite3.Connection) -> Stamp:
    """Return what the index says of itself."""
    row = connection.execute(
        "SELECT generation, cursor, format, analyser, made, seq FROM stamp"
    ).fetchone()
    if not row:
        raise LookupError("the index has no stamp")
    return Stamp(*row)


def verify(connection: sqlite3.Connection) -> None:
    """Read everything; a damaged index raises something."""
    (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise sqlite3.DatabaseError(said)
    for field in FIELDS:
        connection.execute(f"INSERT INTO {field} ({field}) VALUES ('integrity-check')")
    for facets, terms in connection.execute("SELECT facets, terms FROM doc"):
        json.loads(facets), _unpacked(terms)


def merge(connection: sqlite3.Connection) -> bool:
    """Merge some of the pieces that commits left; say whether there were any."""
    before = connection.total_changes
    for field in FIELDS:
        connection.execute(
            f"INSERT INTO {field} ({field}, rank) VALUES ('merge', ?)", (_MERGED_AT_ONCE,)
        )
    # Each statement counts for one; more means that pieces were written.
    return connection.total_changes - before >= 2 * len(FIELDS)


def batches(ids: Collection[int]) -> Iterator[list[int]]:
    """Cut ids into as many as one statement takes."""
    every = list(ids)
    return (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE))


def marks(values: Collection[object]) -> str:
    """Write the places of the values of a statement."""
    return ",".join("?" * len(values))


def _create(connection: sqlite3.Connection) -> None:
    for field in FIELDS:
        # Terms come analysed: words apart, "folded/surface" kept whole.
        connection.execute(
            f"CREATE VIRTUAL TABLE {field} USING fts5"
            f"(terms, content='', tokenize=\"ascii tokenchars '/'\")"
        )
        # Pieces are merged two by two when idle.
        connection.execute(f"INSERT INTO {field} ({field}, rank) VALUES ('usermerge', 2)")
    connection.executescript(_TABLES)


def _present(connection: sqlite3.Connection, ids: Collection[int]) -> list[int]:
    return [
        row[0]
        for some in batches(ids)
        for row in connection.execute(f"SELECT id FROM doc WHERE id IN ({marks(some)})", some)
    ]


def _add(connection: sqlite3.Connection, id_: int, doc: Prepared, seq: int) -> None:
    terms = _terms(doc)
    connection.execute(
        "INSERT INTO doc VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            id_,
            doc.version,
            doc.updated,
            len(doc.beginnings),
            doc.shown.encode(errors="replace").decode(),
            packed(doc.facets),
            zlib.compress(json.dumps(terms).encode(), 3),
            seq,
        ),
    )
    for field, text in zip(FIELDS, terms, strict=True):
        connection.execute(f"INSERT INTO {field} (rowid, terms) VALUES (?, ?)", (id_, text))
    rows = [(name, key(value), id_) for name in KEYED for value in doc.facets[name]]
    connection.executemany("INSERT OR IGNORE INTO facet VALUES (?, ?, ?)", rows)


def _remove(connection: sqlite3.Connection, id_: int) -> None:
    row = connection.execute("SELECT facets, terms FROM doc WHERE id = ?", (id_,)).fetchone()
    for field, text in zip(FIELDS, _unpacked(row[1]), strict=True):
        connection.execute(
            f"INSERT INTO {field} ({field}, rowid, terms) VALUES ('delete', ?, ?)",
            (id_, text),
        )
    connection.execute("DELETE FROM doc WHERE id = ?", (id_,))
    rows = [(name, key(v), id_) for name, values in _keyed(row[0]) for v in values]
    connection.executemany("DELETE FROM facet WHERE field = ? AND value = ? AND id = ?", rows)


def _terms(doc: Prepared) -> list[str]:
    """Give the terms of each table, as its tokenizer cuts them: between spaces."""
    words = [f"{folded}/{surface}" for folded, surface in doc.words]
    return [" ".join(words if f == "words" else getattr(doc, f)) for f in FIELDS]


def _unpacked(terms: bytes) -> list[str]:
    found: list[str] = json.loads(zlib.decompress(terms))
    return found


def _keyed(facets: str) -> Iterator[tuple[str, list[str]]]:
    every = dict(zip(FACETS, json.loads(facets), strict=True))
    return ((name, every[name]) for name in KEYED)
