"""Bring a backup back into an empty folder, and for PostgreSQL into an empty database that is named.

An archive may come from a stranger or from a damaged disk: it is read once and checked whole before a byte is written,
then unpacked beside its place, and the database comes last. A process that is killed leaves a folder that holds the
whole wiki, or one that a second try begins anew.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from wiki import config
from wiki.transfer import dump, stored, tarball, untrusted
from wiki.transfer.tarball import CONFIG, DUMP, SECRET, SQLITE, BadArchive, Contents, Limits

WORK = ".restore"
MOVING = ".restore-moving"
"""Stands while what is unpacked moves to its place: whatever of it is there was put there by a restore."""
MOVED = ("files", SECRET, CONFIG)
OPENED = (SQLITE, f"{SQLITE}-wal", f"{SQLITE}-shm", f"{SQLITE}-queue", SECRET)
"""What a folder without wiki holds once a command has opened it."""
ADDRESS = re.compile(r"""^[ \t]*(?:database_url|"database_url"|'database_url')[ \t]*=.*\n?""", re.M)


@dataclass(frozen=True)
class Restored:
    """A wiki that is back: its schema, and the stored files that the archive lacks or had damaged."""

    revision: str
    missing: list[str]
    damaged: list[str]


def restore(
    source: Path,
    folder: Path,
    *,
    database: str = "",
    limits: Limits | None = None,
    progress: tarball.Progress = lambda *_: None,
) -> Restored:
    """Bring a backup back into a folder that holds nothing; `database` is the address for a PostgreSQL dump.

    Raises FileExistsError, ValueError, OSError.
    """
    limits = limits or Limits()
    contents = tarball.read(source, limits)
    _check_database(contents, database)
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with _alone(folder):
            _clean(folder)
            _check_room(folder, contents)
            restored = _unpack(source, folder, database, limits, contents)
            progress(len(contents.sums), len(contents.sums))
    except BaseException:
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise
    return restored


def _check_database(contents: Contents, database: str) -> None:
    """Raise ValueError unless it is said where the database goes."""
    if DUMP not in contents.sums:
        if database:
            raise ValueError(
                "this backup is of SQLite, whose database lies in the folder: leave --database out"
            )
        return
    if not database:
        raise ValueError(
            "this backup is of a PostgreSQL wiki: name the empty database it goes to, such as --database"
            " postgresql+psycopg://user@host/name; the one that its own config.toml names is never touched"
        )
    dump.check_target(database)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second restore out of a folder. Raises ValueError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise ValueError(f"another restore is at work in {folder}") from error
    finally:
        os.close(handle)


def _clean(folder: Path) -> None:
    """Leave nothing of a restore that was killed, nor of a command that opened a folder without wiki.

    Raises FileExistsError when the folder holds a wiki or anything else.
    """
    if _holds_wiki(folder):
        raise FileExistsError(f"{folder} holds a wiki already")
    ours = {one.name for one in folder.glob(".restore*") if one.is_dir()}
    if (folder / MOVING).exists():
        ours.update(MOVED, OPENED, [MOVING])
    elif (folder / SQLITE).exists():
        ours.update(OPENED)
    if odd := sorted({one.name for one in folder.iterdir()} - ours - {"lost+found"}):
        raise FileExistsError(f"{folder} is not empty: it holds {', '.join(odd[:5])}")
    if ours:
        # Killed here, the next try knows that it may go on.
        (folder / MOVING).touch()
        for name in ours - {MOVING}:
            _remove(folder / name)
        _remove(folder / MOVING)


def _holds_wiki(folder: Path) -> bool:
    """Answer whether a folder has a database with tables, its own or the one its settings name. Raises ValueError."""
    address = str(config.read_file(folder / CONFIG).get("database_url", ""))
    if address.startswith("postgresql"):
        try:
            return dump.holds_tables(address)
        except ValueError as error:
            raise ValueError(
                f"{folder / CONFIG} names a database that may hold a wiki and cannot be asked ({error});"
                " if there is none, empty the folder"
            ) from error
    elsewhere = Path(address.removeprefix("sqlite:///")) if address else folder / SQLITE
    return _has_tables(elsewhere) or _has_tables(folder / SQLITE)


def _has_tables(path: Path) -> bool:
    if not path.exists():
        return False
    # Without a journal, the file alone says it, and none is left behind.
    alone = "" if path.with_name(f"{path.name}-wal").exists() else "&immutable=1"
    raw = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{alone}", uri=True)
    try:
        return bool(raw.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.Error:
        return True
    finally:
        raw.close()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _check_room(folder: Path, contents: Contents) -> None:
    free = shutil.disk_usage(folder).free
    if contents.total > free:
        raise ValueError(
            f"no room in {folder}: this backup takes {contents.total / tarball.MB:.0f} MB,"
            f" and {free / tarball.MB:.0f} MB are free"
        )


def _unpack(
    source: Path, folder: Path, database: str, limits: Limits, contents: Contents
) -> Restored:
    """Unpack beside its place, check the database, then move all; the database comes last."""
    work = folder / WORK
    try:
        work.mkdir(mode=0o700)
        if tarball.read(source, limits, work).sums != contents.sums:
            raise BadArchive("this file changed while it was read")
        _write_settings(work, database)
        bring = _bring_postgres if database else _bring_sqlite
        restored = bring(work, folder, database, limits, contents)
    except BaseException:
        with suppress(FileExistsError, ValueError):
            _clean(folder)
        raise
    _remove(work)
    _remove(folder / MOVING)
    return restored


def _write_settings(work: Path, database: str) -> None:
    """Leave the archive's settings as they are, but for the database, which is the one asked for. Raises BadArchive."""
    path, secret = work / CONFIG, work / SECRET
    if secret.exists() and not re.fullmatch(rb"[!-~]+\s*", secret.read_bytes()):
        raise BadArchive("the secret_key of this backup is no line of text")
    try:
        values = config.read_file(path)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if "database_url" in values:
            text = _without_address(text, values)
        if database:
            text = f"database_url = {json.dumps(database)}\n{text}"
        if path.exists() or text:
            path.write_text(text, encoding="utf-8")
            path.chmod(0o600)
        config.load(work)
    except config.BadSetting as error:
        raise BadArchive(f"the settings of this backup cannot be used: {error}") from error


def _without_address(text: str, values: dict[str, Any]) -> str:
    rest = ADDRESS.sub("", text)
    try:
        same = tomllib.loads(rest) == {
            name: value for name, value in values.items() if name != "database_url"
        }
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        raise BadArchive(
            "the config.toml of this backup names its database in an unusual way:"
            " database_url must have a line of its own"
        )
    return rest


def _bring_sqlite(
    work: Path, folder: Path, _database: str, _limits: Limits, contents: Contents
) -> Restored:
    revision = untrusted.check(work / SQLITE)
    with untrusted.opened(work / SQLITE) as connection:
        restored = Restored(revision, _missing(connection, contents), contents.damaged)
    _move(work, folder)
    (work / SQLITE).replace(folder / SQLITE)
    return restored


def _bring_postgres(
    work: Path, folder: Path, database: str, limits: Limits, contents: Contents
) -> Restored:
    with dump.loaded(work / DUMP, database, limits) as (connection, revision):
        restored = Restored(revision, _missing(connection, contents), contents.damaged)
        # The rows are committed once all else is there.
        _move(work, folder)
    return restored


def _missing(connection: Connection, contents: Contents) -> list[str]:
    try:
        return stored.missing(connection, contents.sums)
    except (ValueError, RecursionError, SQLAlchemyError) as error:
        raise BadArchive("the database of this backup holds rows that cannot be read") from error


def _move(work: Path, folder: Path) -> None:
    (folder / MOVING).touch()
    for name in MOVED:
        if (work / name).exists():
            (work / name).replace(folder / name)
