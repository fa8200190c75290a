"""Dump a PostgreSQL database, and load a dump's rows into an empty one.

No SQL of a dump is ever run: `pg_restore` writes it out as text, the tables are made by our own migrations, and rows
go in by COPY statements made here.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from sqlalchemy import URL, Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from wiki.core import schema
from wiki.transfer.tarball import GB, BadArchive, Limits, shown
from wiki.transfer.untrusted import known

COPY = re.compile(rb"COPY \w+\.(\w+) \(([\w, \"]+)\) FROM stdin;\n", re.ASCII)
SEQUENCE = re.compile(
    rb"SELECT pg_catalog\.setval\('\w+\.(\w+)', ([0-9]{1,18}), (true|false)\);\n", re.ASCII
)
SAID_BY_THE_WAY = re.compile(
    rb"\n|--[^\n]*\n|SET [a-z_]+ = [^;\n]*;\n|\\(un)?restrict \w+\n"
    rb"|SELECT pg_catalog\.set_config\('search_path', '', false\);\n",
    re.ASCII,
)
"""Lines of a dump that say nothing about rows; they are read over."""
LONGEST_LINE = 256 * 1024 * 1024
END = b"\\.\n"


@dataclass
class Rows:
    """Where the rows of each table stand in the text of a dump, and where each sequence is."""

    file: IO[bytes]
    tables: dict[str, tuple[list[str], int]] = field(default_factory=dict)
    sequences: dict[str, tuple[int, bool]] = field(default_factory=dict)


def write(url: str, target: Path) -> None:
    """Dump a database, its search index apart. Raises ValueError."""
    _run(
        url,
        "pg_dump",
        "--format=custom",
        "--no-owner",
        "--exclude-schema=gare_search*",
        f"--file={target}",
    )


def check_target(database: str) -> None:
    """Raise ValueError unless this is the address of an empty PostgreSQL database."""
    with _connected(database) as connection:
        _check_empty(connection)


@contextmanager
def loaded(source: Path, database: str, limits: Limits) -> Iterator[tuple[Connection, str]]:
    """Load a dump in one transaction, and give its connection and revision; it is committed at the end.

    Raises BadArchive, ValueError.
    """
    with _rows(source, limits) as rows, _connected(database) as connection:
        revision = _revision(rows)
        _check_empty(connection)
        schema.build(connection, revision)
        _load(connection, rows)
        yield connection, revision
        connection.commit()


def holds_tables(url: str) -> bool:
    """Answer whether a database has tables. Raises ValueError."""
    with _connected(url) as connection:
        return bool(_relations(connection))


@contextmanager
def _connected(database: str) -> Iterator[Connection]:
    """Give a connection whose failures are told in words."""
    try:
        url = make_url(database)
    except ArgumentError as error:
        raise ValueError("--database is no address such as postgresql+psycopg://…") from error
    if url.get_backend_name() != "postgresql":
        raise ValueError("--database must be PostgreSQL: postgresql+psycopg://user@host/name")
    try:
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
        with engine.connect() as connection:
            yield connection
    except ImportError as error:
        raise ValueError(
            f"{error.name} is needed here: pip install 'gare[postgres]', and write postgresql+psycopg://"
        ) from error
    except SQLAlchemyError as error:
        says = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise ValueError(f"the database says: {says}") from error


def _relations(connection: Connection) -> list[str]:
    query = """SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1"""
    return list(connection.scalars(text(query)))


def _check_empty(connection: Connection) -> None:
    if there := _relations(connection):
        raise ValueError(
            f"the database {connection.engine.url.database} is not empty (it has {there[0]}):"
            " make a new one with createdb, and name that with --database"
        )


@contextmanager
def _rows(source: Path, limits: Limits) -> Iterator[Rows]:
    """Write a dump out as text, and read where its rows stand; any other statement is refused."""
    with tempfile.TemporaryFile(dir=source.parent) as file:
        _write_out(source, file, limits)
        file.seek(0)
        rows = Rows(file)
        while line := file.readline(LONGEST_LINE):
            if found := COPY.fullmatch(line):
                _note_table(rows, found)
            elif found := SEQUENCE.fullmatch(line):
                rows.sequences[found[1].decode()] = int(found[2]), found[3] == b"true"
            elif not SAID_BY_THE_WAY.fullmatch(line):
                said = shown(line[:60].decode("utf-8", "replace").strip())
                raise BadArchive(
                    f"the dump of this backup holds a statement that is refused: {said}"
                )
        yield rows


def _note_table(rows: Rows, found: re.Match[bytes]) -> None:
    name, start = found[1].decode(), rows.file.tell()
    if name in rows.tables:
        raise BadArchive(f"the dump of this backup holds the table {name} twice")
    rows.tables[name] = [one.strip('" ') for one in found[2].decode().split(",")], start
    for _line in _lines(rows.file):
        pass


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """Give the rows of one table up to their end."""
    while (line := file.readline(LONGEST_LINE)) != END:
        if not line.endswith(b"\n"):
            raise BadArchive("wiki.dump is damaged in this backup: a table without end")
        yield line


def _write_out(source: Path, file: IO[bytes], limits: Limits) -> None:
    """Have pg_restore write a dump's rows as text, without any database."""
    size = 0
    with _program("pg_restore", "--data-only", "--file=-", str(source)) as process:
        assert process.stdout and process.stderr
        while chunk := process.stdout.read(1024 * 1024):
            size += len(chunk)
            if size > limits.total:
                process.kill()
                raise BadArchive(
                    f"this backup unpacks to more than {limits.total / GB:g} GB (raise it with --max-gb)"
                )
            file.write(chunk)
        said = process.stderr.read().decode("utf-8", "replace")
    if process.returncode:
        raise BadArchive(f"wiki.dump is damaged in this backup: {shown(said.strip())}")


def _program(*command: str) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
        )
    except FileNotFoundError as error:
        raise _no_program(command[0]) from error


def _revision(rows: Rows) -> str:
    if "alembic_version" not in rows.tables:
        raise BadArchive("the database of this backup is not a wiki of Gare")
    rows.file.seek(rows.tables["alembic_version"][1])
    lines = [line.decode("utf-8", "replace").strip() for line in _lines(rows.file)]
    if len(lines) != 1:
        raise BadArchive("the database of this backup does not say which schema it has")
    return known(lines[0])


def _load(connection: Connection, rows: Rows) -> None:
    """Fill our own tables with the rows of a dump; foreign keys are checked once all are in."""
    look = inspect(connection)
    ours = {
        name: {one["name"] for one in look.get_columns(name)} for name in look.get_table_names()
    }
    del ours["alembic_version"]
    if unlike := (rows.tables.keys() - {"alembic_version"}) ^ ours.keys():
        raise BadArchive(
            f"the database of this backup has other tables than a wiki of its schema: {min(unlike)}"
        )
    keys = _drop_foreign_keys(connection)
    connection.execute(text(f"TRUNCATE {', '.join(map(_quoted, ours))}"))
    for name, columns in ours.items():
        named, start = rows.tables[name]
        if set(named) != columns or len(named) != len(columns):
            raise BadArchive(f"the table {name} has other columns than in a wiki of its schema")
        rows.file.seek(start)
        _copy(connection, name, named, rows.file)
    for statement in keys:
        connection.execute(text(statement))
    _set_sequences(connection, rows)


def _drop_foreign_keys(connection: Connection) -> list[str]:
    """Drop them all, and return the statements that make them again."""
    found = connection.execute(
        text(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)"
            " FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for of, name, _definition in found:
        connection.execute(text(f"ALTER TABLE {of} DROP CONSTRAINT {name}"))
    return [
        f"ALTER TABLE {of} ADD CONSTRAINT {name} {definition}" for of, name, definition in found
    ]


def _copy(connection: Connection, name: str, columns: list[str], file: IO[bytes]) -> None:
    import psycopg

    raw: Any = connection.connection.driver_connection
    statement = f"COPY {_quoted(name)} ({', '.join(map(_quoted, columns))}) FROM STDIN"
    try:
        with raw.cursor() as cursor, cursor.copy(statement) as copying:
            for line in _lines(file):
                copying.write(line)
    except psycopg.DatabaseError as error:
        says = shown(str(error).partition("\n")[0])
        raise BadArchive(f"the table {name} of this backup is refused: {says}") from error


def _set_sequences(connection: Connection, rows: Rows) -> None:
    ours = set(inspect(connection).get_sequence_names())
    for name, (value, called) in rows.sequences.items():
        if name in ours:
            connection.execute(
                text("SELECT setval(CAST(:name AS regclass), :value, :called)"),
                {"name": _quoted(name), "value": value, "called": called},
            )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _run(url: str, *command: str) -> None:
    """Run a program on a database; the password is in no list of processes."""
    address = make_url(url)
    secret = {"PGPASSWORD": str(address.password)} if address.password else {}
    try:
        subprocess.run(  # noqa: S603
            [*command, f"--dbname={_libpq(address)}"],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | secret,
        )
    except FileNotFoundError as error:
        raise _no_program(command[0]) from error
    except subprocess.CalledProcessError as error:
        raise ValueError(f"{command[0]}: {error.stderr.strip()}") from error


def _libpq(address: URL) -> str:
    bare = address._replace(drivername="postgresql", password=None)
    return bare.render_as_string(hide_password=False)


def _no_program(name: str) -> ValueError:
    return ValueError(f"{name} is needed here: install PostgreSQL's client tools")
