"""Back up a whole wiki into one archive while it runs.

The archive is a tar of the database, the files, the settings and a manifest of SHA-256 sums. The index
is never in it: it is made again. `restore.py` brings one back.
"""

from __future__ import annotations

import gzip
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import current_app

from wiki.core import db
from wiki.transfer import dump, stored, tarball, untrusted
from wiki.transfer.tarball import CONFIG, DUMP, NAME, SECRET, SQLITE, Progress


@dataclass(frozen=True)
class Written:
    """An archive, the files that the database names and this folder lacks, those whose content is not theirs."""

    path: Path
    missing: list[str]
    damaged: list[str]


def backup(target: Path, *, progress: Progress = lambda *_: None) -> Written:
    """Write the wiki at work into an archive; the file appears only once it is whole. Raises OSError, ValueError."""
    instance: Path = current_app.config["GARE"].instance
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".part")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as work:
        database = _copy_database(Path(work))
        # Files after the database: one more than it names does no harm, one less would.
        members = [(database.name, database), *_files(instance)]
        with _new(unfinished, zipped=target.suffix in {".gz", ".tgz"}) as file:
            contents = tarball.write(file, members, progress)
        missing = _missing(database, contents)
    unfinished.replace(target)
    return Written(target, missing, contents.damaged)


def backup_before_upgrade() -> Written:
    """Back up into the instance's own folder, named by the moment."""
    instance: Path = current_app.config["GARE"].instance
    stamp = db.utcnow().strftime("%Y%m%d-%H%M%S")
    return backup(instance / "backups" / f"before-upgrade-{stamp}.tar")


def _copy_database(work: Path) -> Path:
    config = current_app.config["GARE"]
    if not config.is_sqlite:
        dump.write(config.url, work / DUMP)
        return work / DUMP
    target = work / SQLITE
    with (
        closing(sqlite3.connect(config.url.removeprefix("sqlite:///"))) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
    return target


def _files(instance: Path) -> Iterator[tuple[str, Path]]:
    for name in (CONFIG, SECRET):
        if (instance / name).exists():
            yield name, instance / name
    for path in sorted((instance / "files").glob("??/*")):
        name = path.relative_to(instance).as_posix()
        if NAME.fullmatch(name) and path.is_file():
            yield name, path


@contextmanager
def _new(path: Path, *, zipped: bool) -> Iterator[IO[bytes]]:
    """Open a new file that only its owner reads, compressed if wanted."""
    path.unlink(missing_ok=True)
    with tarball.open_new(path) as file:
        if not zipped:
            yield file
            return
        with gzip.GzipFile(fileobj=file, mode="wb", filename="") as stream:
            yield stream  # type: ignore[misc]


def _missing(database: Path, contents: tarball.Contents) -> list[str]:
    """Return the files that the database names, in its copy where that can be asked, and the archive lacks."""
    if database.name == SQLITE:
        with untrusted.opened(database) as connection:
            return stored.missing(connection, contents.sums)
    with db.database().reader.connect() as connection:
        return stored.missing(connection, contents.sums)
