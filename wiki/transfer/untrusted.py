"""Look at the SQLite database of an archive before anything uses it: its objects must be those of our own schema."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from wiki.core import db, schema
from wiki.transfer.tarball import BadArchive, shown

Object = tuple[str, str, str, str]
"""Type, name, table and SQL of what a database defines."""
STATISTICS = ("table", "sqlite_stat1", "sqlite_stat1", "CREATE TABLE sqlite_stat1(tbl,idx,stat)")
"""What ANALYZE leaves."""


def check(path: Path) -> str:
    """Return the revision of a database that is sound and defines only what ours does. Raises BadArchive."""
    try:
        with _connected(path) as raw:
            objects = _objects(raw)
            _refuse_programs(objects)
            revision = _revision(raw, objects)
            _compare(objects, _ours(revision))
            _check_content(raw)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise BadArchive(f"wiki.db is damaged in this backup: {error}") from error
    return revision


@contextmanager
def opened(path: Path) -> Iterator[Connection]:
    """Open a database that nobody writes, to read it: nothing that it defines is run on its word."""
    with _connected(path) as raw:
        engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
        with engine.connect() as connection:
            yield connection


def known(revision: str) -> str:
    """Return a revision that this version has. Raises BadArchive."""
    if not schema.is_known(revision):
        raise BadArchive(
            f"this backup has schema {shown(revision)}, which this version of Gare does not know:"
            " restore it with the version that made it, or a newer one"
        )
    return revision


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    # `immutable`: no journal that came beside it is played back.
    raw = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
    )
    try:
        for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "query_only=ON"):
            raw.execute(f"PRAGMA {pragma}")
        yield raw
    finally:
        raw.close()


def _objects(raw: sqlite3.Connection) -> set[Object]:
    rows = raw.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    found = {(str(kind), str(name), str(table), _plain(sql)) for kind, name, table, sql in rows}
    return found - {(*STATISTICS[:3], _plain(STATISTICS[3]))}


def _plain(sql: object) -> str:
    """Return SQL without what the same migrations write now one way, now another.

    Those are blanks and quotes, and the order of the constraints of a table that was made anew.
    """
    words = " ".join(str(sql or "").replace('"', "").split())
    words = re.sub(r"\s*([(),])\s*", r"\1", words)
    if not words.upper().startswith("CREATE TABLE "):
        return words
    before, bracket, rest = words.partition("(")
    inside, end, after = rest.rpartition(")")
    return before + bracket + ",".join(sorted(_parts(inside))) + end + after


def _parts(inside: str) -> list[str]:
    """Return what commas outside of brackets separate."""
    parts, depth = [""], 0
    for sign in inside:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _refuse_programs(objects: set[Object]) -> None:
    """Refuse what runs by itself when a table is read or written, before any is."""
    for kind, name, _table, sql in sorted(objects):
        if kind not in ("table", "index") or re.match(r"create\s+virtual", sql, re.IGNORECASE):
            kind = "virtual table" if kind == "table" else kind
            raise BadArchive(
                f"the database of this backup has a {shown(kind)} {shown(name)}, and a wiki has none"
            )


def _revision(raw: sqlite3.Connection, objects: set[Object]) -> str:
    if not any(one[:2] == ("table", "alembic_version") for one in objects):
        raise BadArchive("the database of this backup is not a wiki of Gare")
    rows = raw.execute("SELECT version_num FROM alembic_version LIMIT 2").fetchall()
    if len(rows) != 1:
        raise BadArchive("the database of this backup does not say which schema it has")
    return known(str(rows[0][0]))


def _ours(revision: str) -> set[Object]:
    """Return what a database of that revision defines, by making one."""
    with tempfile.TemporaryDirectory(prefix="gare-schema-") as folder:
        path = Path(folder) / "wiki.db"
        made = db.Database(f"sqlite:///{path}", 10)
        try:
            schema.build(made.writer, revision)
        finally:
            made.dispose()
        with _connected(path) as raw:
            return _objects(raw)


def _compare(objects: set[Object], ours: set[Object]) -> None:
    """Raise BadArchive at the first object that is not as ours."""
    for kind, name, _table, _sql in sorted(objects ^ ours):
        same = {one[:2] for one in objects} & {one[:2] for one in ours}
        if (kind, name) in same:
            says = f"defines the {kind} {shown(name)} in another way than a wiki of its schema"
        elif any(one[:2] == (kind, name) for one in objects):
            says = f"has a {kind} {shown(name)}, and a wiki of its schema has none"
        else:
            says = f"lacks the {kind} {shown(name)} of its schema"
        raise BadArchive(f"the database of this backup {says}")


def _check_content(raw: sqlite3.Connection) -> None:
    said = str(raw.execute("PRAGMA integrity_check(1)").fetchone()[0])
    if said != "ok":
        raise BadArchive(f"wiki.db is damaged in this backup: {shown(said)}")
    if broken := raw.execute("PRAGMA foreign_key_check").fetchone():
        raise BadArchive(f"wiki.db is damaged: a row of {broken[0]} points to one that is missing")
