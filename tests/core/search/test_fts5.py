"""What is FTS5's own: its file, damaged in every way, merged when idle."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.core.search.sqlite_source import SqliteSource
from tests.core.search.workers import finish
from wiki.core.search.engines.fts5 import Fts5Engine
from wiki.core.search.engines.fts5_file import FIELDS
from wiki.core.search.index import indexer
from wiki.core.search.pipeline import pipeline


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Fts5Engine]:
    """The engine of a process of the site; the index is not there yet."""
    made = Fts5Engine(tmp_path / "search")
    yield made
    made.close()


def file_of(folder: Path) -> Path:
    return folder / (folder / "current").read_text() / "index.db"


def run(statement: str) -> Callable[[Path], object]:
    def damage(folder: Path) -> None:
        with closing(sqlite3.connect(file_of(folder))) as connection, connection:
            connection.execute(statement)

    return damage


def overwrite(folder: Path) -> None:
    path = file_of(folder)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\x7f" * (size - 4096))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "no folder": lambda folder: shutil.rmtree(folder),
    "no pointer": lambda folder: (folder / "current").unlink(),
    "pointer elsewhere": lambda folder: (folder / "current").write_text("../../etc"),
    "no index": lambda folder: shutil.rmtree(file_of(folder).parent),
    "no file": lambda folder: file_of(folder).unlink(),
    "empty file": lambda folder: os.truncate(file_of(folder), 0),
    "file cut": lambda folder: os.truncate(file_of(folder), file_of(folder).stat().st_size // 3),
    "not a database": lambda folder: file_of(folder).write_bytes(b"statuts" * 5000),
    "pages overwritten": overwrite,
    "a table lost": run("DROP TABLE body"),
    "postings lost": run("DELETE FROM title_data WHERE id > 10"),
    "no stamp": run("DELETE FROM stamp"),
    "of another version": run("UPDATE stamp SET format = 'fts5-0'"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_file_is_rebuilt(reader: Fts5Engine, source: SqliteSource, damage: str) -> None:
    source.save({page: f"statuts page{page}" for page in range(1, 30)})
    finish(reader, source)
    reader.close()
    DAMAGES[damage](reader.folder)
    site = Fts5Engine(reader.folder)
    assert pipeline.search(site, "statuts page3").available is False
    finish(reader, source)
    assert pipeline.search(site, "statuts page3").hits[0] == 3
    assert reader.versions() == source.versions()
    assert not (reader.folder / "suspect").exists()
    site.close()


def test_false_alarm_of_a_reader_rebuilds_nothing(reader: Fts5Engine, source: SqliteSource) -> None:
    source.save({1: "statuts"})
    finish(reader, source)
    before = file_of(reader.folder)
    (reader.folder / "suspect").touch()
    assert indexer.run_once(reader, source) == 0
    assert file_of(reader.folder) == before
    assert not (reader.folder / "suspect").exists()


def test_terms_of_what_changed_are_forgotten(reader: Fts5Engine, source: SqliteSource) -> None:
    source.save({page: f"ancien page{page}" for page in range(1, 20)})
    finish(reader, source)
    source.save({page: f"nouveau page{page}" for page in range(1, 20)})
    source.remove(4)
    finish(reader, source)
    assert pipeline.search(reader, "ancien").total == 0
    assert reader.vocabulary("anc", frozenset()) == []
    assert [(w.surface, w.count) for w in reader.vocabulary("nouv", frozenset())] == [
        ("nouveau", 18)
    ]


def test_file_is_private_and_merged_when_idle(reader: Fts5Engine, source: SqliteSource) -> None:
    source.save({page: f"page{page}" for page in range(1, 40)})
    finish(reader, source)
    for page in range(1, 40):
        source.save({page: f"page{page} encore"})
        indexer.run_once(reader, source)
    for _moment in range(20):
        indexer.tidy(reader)
    with closing(sqlite3.connect(file_of(reader.folder))) as connection:
        for field in FIELDS:
            (pieces,) = connection.execute(
                f"SELECT count(DISTINCT segid) FROM {field}_idx"
            ).fetchone()
            assert pieces <= 4
        changes = connection.execute("PRAGMA data_version").fetchone()
        indexer.tidy(reader)
        assert connection.execute("PRAGMA data_version").fetchone() == changes
    assert pipeline.search(reader, "page7 encore").hits[0] == 7
    assert stat.S_IMODE(reader.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file_of(reader.folder).stat().st_mode) == 0o600
