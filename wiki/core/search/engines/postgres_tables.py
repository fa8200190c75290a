"""The tables of a PostgreSQL index: a schema of their own, made and thrown away here, never by a migration.

It knows what a commit writes, not how it is read."""

# ruff: noqa: S608 - the names put in statements are those of this file
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from wiki.core.search.engines.base import SearchDocument
from wiki.core.search.engines.sql_columns import packed
from wiki.core.search.engines.sql_engine import Stamp
from wiki.core.search.index.document_terms import KEYED, WEIGHTS, Prepared, key, prepare
from wiki.core.search.pipeline import analysis

FORMAT = "postgres-1"
SCHEMA = "gare_search"
FIELDS = (*WEIGHTS, "small")
"""The columns of terms; each has its length beside it."""

_NEW, _OLD = f"{SCHEMA}_new", f"{SCHEMA}_old"
_AT_ONCE = 200
_PLACES, _LAST_PLACE, _ROOM = 255, 16_383, 900_000
"""What a tsvector holds: places a word, the highest place, bytes."""

_TABLES = f"""
CREATE TABLE {{schema}}.stamp (generation text, cursor text, format text, analyser text, made text,
    seq bigint, documents bigint, {", ".join(f"{f}_total bigint" for f in FIELDS)});
CREATE TABLE {{schema}}.doc (id bigint, version bigint, updated bigint, length integer, seq bigint,
    {", ".join(f"{f}_length integer" for f in FIELDS)},
    shown text, facets text, marks text[], {", ".join(f"{f} tsvector" for f in FIELDS)})
    WITH (toast_tuple_target = 256);
ALTER TABLE {{schema}}.doc ALTER body SET STORAGE EXTERNAL;
CREATE TABLE {{schema}}.gone (id bigint PRIMARY KEY, seq bigint);
CREATE TABLE {{schema}}.word (word text COLLATE "C" PRIMARY KEY, documents integer);
"""
_INDEXES = f"""
ALTER TABLE {{schema}}.doc ADD PRIMARY KEY (id);
CREATE INDEX ON {{schema}}.doc (seq);
CREATE INDEX ON {{schema}}.doc USING gin (marks) WITH (fastupdate = off);
{"".join(f"CREATE INDEX ON {{schema}}.doc USING gin ({f}) WITH (fastupdate = off);" for f in FIELDS)}
"""
_COLUMNS = (
    "id",
    "version",
    "updated",
    "length",
    "seq",
    *(f"{field}_length" for field in FIELDS),
    "shown",
    "facets",
    "marks",
    *FIELDS,
)


def write_whole(
    connection: Connection, docs: Iterable[SearchDocument], cursor: str, generation: str
) -> None:
    """Write a whole index aside and put it in place, in the transaction at work.

    Readers go on with the old tables; renaming a schema waits for nobody.
    """
    _run(connection, f"DROP SCHEMA IF EXISTS {_NEW} CASCADE", f"CREATE SCHEMA {_NEW}")
    _run(connection, *_statements(_TABLES, _NEW))
    totals, words = Counter[str](), Counter[str]()
    remaining = iter(docs)
    while batch := list(islice(remaining, _AT_ONCE)):
        _insert(connection, _NEW, [(doc.id, prepare(doc)) for doc in batch], 1, totals, words)
    _count_words(connection, _NEW, words)
    stamp = (generation, cursor, FORMAT, analysis.ANALYSER, secrets.token_hex(6), 1)
    counts = (totals["documents"], *(totals[field] for field in FIELDS))
    connection.exec_driver_sql(
        f"INSERT INTO {_NEW}.stamp VALUES ({_marks((*stamp, *counts))})", (*stamp, *counts)
    )
    _run(connection, *_statements(_INDEXES, _NEW))
    _run(connection, f"ANALYZE {_NEW}.doc", f"DROP SCHEMA IF EXISTS {_OLD} CASCADE")
    if connection.exec_driver_sql("SELECT to_regnamespace(%s)", (SCHEMA,)).scalar():
        _run(connection, f"ALTER SCHEMA {SCHEMA} RENAME TO {_OLD}")
    _run(connection, f"ALTER SCHEMA {_NEW} RENAME TO {SCHEMA}")


def drop_old(connection: Connection) -> None:
    """Throw away the index that was replaced, once its last readers have finished."""
    _run(connection, f"DROP SCHEMA IF EXISTS {_OLD} CASCADE")


def commit(
    connection: Connection,
    upserts: Iterable[SearchDocument],
    deletes: Collection[int],
    cursor: str,
) -> None:
    """Replace and remove documents, with the cursor, in the transaction at work."""
    docs = {doc.id: prepare(doc) for doc in upserts}
    totals, words = Counter[str](), Counter[str]()
    seq: int = connection.exec_driver_sql(
        f"UPDATE {SCHEMA}.stamp SET seq = seq + 1, cursor = %s RETURNING seq", (cursor,)
    ).scalar_one()
    _remove(connection, list({*docs, *deletes}), totals, words)
    connection.exec_driver_sql(
        f"INSERT INTO {SCHEMA}.gone SELECT unnest(%s::bigint[]), %s"
        " ON CONFLICT (id) DO UPDATE SET seq = excluded.seq",
        ([id_ for id_ in deletes if id_ not in docs], seq),
    )
    _insert(connection, SCHEMA, list(docs.items()), seq, totals, words)
    _count_words(connection, SCHEMA, words)
    moved = ", ".join(f"{f}_total = {f}_total + %s" for f in FIELDS)
    connection.exec_driver_sql(
        f"UPDATE {SCHEMA}.stamp SET documents = documents + %s, {moved}",
        (totals["documents"], *(totals[field] for field in FIELDS)),
    )


def read_stamp(connection: Connection) -> Stamp:
    """Return what the index says of itself."""
    row = connection.exec_driver_sql(
        f"SELECT generation, cursor, format, analyser, made, seq FROM {SCHEMA}.stamp"
    ).one()
    return Stamp(*row)


def look(connection: Connection) -> None:
    """Ask every table for each of its columns; what is not there raises ProgrammingError."""
    _run(
        connection,
        f"SELECT {', '.join(_COLUMNS)} FROM {SCHEMA}.doc LIMIT 0",
        f"SELECT {', '.join(f'{field}_total' for field in FIELDS)} FROM {SCHEMA}.stamp LIMIT 0",
        f"SELECT word, documents FROM {SCHEMA}.word LIMIT 0",
        f"SELECT id, seq FROM {SCHEMA}.gone LIMIT 0",
    )


def quoted(word: str) -> str:
    """Write a word as tsvector and tsquery read it: nothing of it is an operator."""
    return "'{}'".format(word.replace("\\", "\\\\").replace("'", "''"))


def _run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def _statements(several: str, schema: str) -> list[str]:
    return [each for each in several.format(schema=schema).split(";") if each.strip()]


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _insert(
    connection: Connection,
    schema: str,
    docs: Sequence[tuple[int, Prepared]],
    seq: int,
    totals: Counter[str],
    words: Counter[str],
) -> None:
    """Add documents; what they add to the totals and to the words is counted for the caller."""
    if not docs:
        return
    connection.exec_driver_sql(
        f"INSERT INTO {schema}.doc ({', '.join(_COLUMNS)}) VALUES ({_marks(_COLUMNS)})",
        [_row(id_, doc, seq) for id_, doc in docs],
    )
    totals["documents"] += len(docs)
    for _id, doc in docs:
        totals.update({field: len(getattr(doc, field)) for field in FIELDS})
        words.update(dict.fromkeys(_words(doc), 1))


def _remove(
    connection: Connection, ids: list[int], totals: Counter[str], words: Counter[str]
) -> None:
    lengths = ", ".join(f"{field}_length" for field in FIELDS)
    gone = connection.exec_driver_sql(
        f"DELETE FROM {SCHEMA}.doc WHERE id = ANY(%s::bigint[]) RETURNING marks, {lengths}", (ids,)
    ).all()
    for marks, *counts in gone:
        totals["documents"] -= 1
        totals.subtract(dict(zip(FIELDS, counts, strict=True)))
        words.subtract(mark[2:] for mark in marks if mark.startswith("w/"))


def _count_words(connection: Connection, schema: str, words: Counter[str]) -> None:
    moved = sorted((word, count) for word, count in words.items() if count)
    if moved:
        connection.exec_driver_sql(
            f"INSERT INTO {schema}.word AS known SELECT * FROM unnest(%s::text[], %s::integer[])"
            " ON CONFLICT (word) DO UPDATE SET documents = known.documents + excluded.documents",
            ([word for word, _ in moved], [count for _, count in moved]),
        )


def _row(id_: int, doc: Prepared, seq: int) -> tuple[Any, ...]:
    return (
        id_,
        doc.version,
        doc.updated,
        len(doc.beginnings),
        seq,
        *(len(getattr(doc, field)) for field in FIELDS),
        doc.shown.encode(errors="replace").decode().replace("\0", " "),
        packed(doc.facets),
        _made_marks(doc),
        *(_vector(getattr(doc, field)) for field in FIELDS),
    )


def _made_marks(doc: Prepared) -> list[str]:
    """Give what a document is looked up by besides its terms: beginnings, words, facets."""
    facets = (f"{name}/{key(value)}" for name in KEYED for value in doc.facets[name])
    marks = {f"b/{start}" for start in doc.beginnings}
    marks.update(f"w/{word}" for word in _words(doc))
    marks.update(mark.replace("\0", " ") for mark in facets)
    return sorted(marks)


def _words(doc: Prepared) -> list[str]:
    return [f"{folded}/{surface}" for folded, surface in doc.words]


def _vector(terms: Sequence[str]) -> str:
    """Write terms with their places; past what a tsvector holds, words go without, then go."""
    places: dict[str, list[str]] = {}
    for place, term in enumerate(terms, 1):
        known = places.setdefault(term, [])
        if len(known) < _PLACES and place <= _LAST_PLACE:
            known.append(str(place))
    sizes = {term: len(term.encode()) for term in places}
    room = _ROOM - sum(sizes.values())
    parts, bytes_ = [], 0
    for term, known in places.items():
        bytes_ += sizes[term]
        if bytes_ > _ROOM:
            break
        room -= 3 + 2 * len(known)
        parts.append(f"{quoted(term)}:{','.join(known)}" if known and room > 0 else quoted(term))
    return " ".join(parts)
