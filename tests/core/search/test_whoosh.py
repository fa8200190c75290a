"""What is Whoosh's own: damaged files, segments, the snapshot a process keeps open."""

from __future__ import annotations

import gc
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.core.search.sqlite_source import SqliteSource
from tests.core.search.workers import finish
from wiki.core.search.engines import whoosh
from wiki.core.search.engines.base import IndexUnavailable
from wiki.core.search.engines.whoosh import WhooshEngine
from wiki.core.search.engines.whoosh_merging import MOST_SEGMENTS
from wiki.core.search.index import indexer
from wiki.core.search.pipeline import pipeline


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[WhooshEngine]:
    """The engine of a process of the site; the index is not there yet."""
    made = WhooshEngine(tmp_path / "search")
    yield made
    made.close()


def current(folder: Path) -> Path:
    return folder / (folder / "current").read_text()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "no folder": lambda folder: shutil.rmtree(folder),
    "no pointer": lambda folder: (folder / "current").unlink(),
    "pointer elsewhere": lambda folder: (folder / "current").write_text("../../etc"),
    "no index": lambda folder: shutil.rmtree(current(folder)),
    "table of contents cut": lambda folder: _cut(folder, "*.toc"),
    "terms cut": lambda folder: _cut(folder, "*.trm"),
    "postings cut": lambda folder: _cut(folder, "*.pst"),
    "postings overwritten": lambda folder: _overwrite(folder, "*.pst"),
    "a file lost": lambda folder: next(current(folder).glob("*.trm")).unlink(),
}


# Whoosh leaves files to the garbage collector when it fails to open an index.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_index_is_rebuilt(
    reader: WhooshEngine, source: SqliteSource, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    monkeypatch.setattr(whoosh, "REST_SECONDS", 0.2)
    source.save({page: f"statuts page{page}" for page in range(1, 30)})
    indexer.run_once(reader, source)
    reader.close()
    DAMAGES[damage](reader.folder)
    site = WhooshEngine(reader.folder)
    assert pipeline.search(site, "statuts page3").available is False
    finish(reader, source)
    time.sleep(whoosh.REST_SECONDS)
    assert pipeline.search(site, "statuts page3").hits[0] == 3
    assert reader.versions() == source.versions()
    site.close()
    gc.collect()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_unreadable_index_is_not_tried_at_each_request(
    reader: WhooshEngine, source: SqliteSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.save({1: "statuts"})
    finish(reader, source)
    reader.close()
    _cut(reader.folder, "*.trm")
    assert not pipeline.search(reader, "statuts").available
    monkeypatch.setattr(reader._index, "open", lambda: pytest.fail("opened too soon"))
    assert not pipeline.search(reader, "statuts").available
    gc.collect()


def _cut(folder: Path, pattern: str) -> None:
    for path in current(folder).glob(pattern):
        os.truncate(path, path.stat().st_size // 3)


def _overwrite(folder: Path, pattern: str) -> None:
    for path in current(folder).glob(pattern):
        path.write_bytes(b"\x7f" * path.stat().st_size)


def test_false_alarm_of_a_reader_rebuilds_nothing(
    reader: WhooshEngine, source: SqliteSource
) -> None:
    source.save({1: "statuts"})
    indexer.run_once(reader, source)
    before = current(reader.folder)
    with pytest.raises(IndexUnavailable):
        reader.facets(None, ("kind",), frozenset())  # type: ignore[arg-type]
    assert indexer.run_once(reader, source) == 0
    assert current(reader.folder) == before
    assert not (reader.folder / "suspect").exists()


def test_index_is_private_and_optimised_when_idle(
    reader: WhooshEngine, source: SqliteSource
) -> None:
    source.save({page: f"page{page}" for page in range(1, 40)})
    finish(reader, source)
    for page in range(1, 40):
        source.save({page: f"page{page} encore"})
        indexer.run_once(reader, source)
    indexer.tidy(reader)
    assert len(list(current(reader.folder).glob("*.trm"))) <= MOST_SEGMENTS
    assert reader.versions() == source.versions()
    assert stat.S_IMODE(reader.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(current(reader.folder).stat().st_mode) == 0o700
    assert reader.cursor()


def test_large_segment_is_left_alone_until_much_of_it_changed(
    reader: WhooshEngine, source: SqliteSource
) -> None:
    source.save({page: f"page{page}" for page in range(1, 400)})
    finish(reader, source)
    (large,) = current(reader.folder).glob("*.trm")
    for first in range(1, 131, 10):
        source.save({page: f"page{page} encore" for page in range(first, first + 10)})
        indexer.run_once(reader, source)
        indexer.tidy(reader)
        assert len(list(current(reader.folder).glob("*.trm"))) <= MOST_SEGMENTS
        assert large.exists() is (first + 9 < 90)
    assert pipeline.search(reader, "encore").total == 130
    assert reader.versions() == source.versions()


def test_refresh_waits_for_a_while_under_load(
    tmp_path: Path, reader: WhooshEngine, source: SqliteSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = WhooshEngine(tmp_path / "search")
    source.save({1: "accueil"})
    finish(writer, source)
    assert reader.ids() == {1}
    assert 0 < reader._keep <= whoosh.REFRESH_SECONDS
    monkeypatch.setattr(reader, "_keep", 60.0)
    source.save({2: "statuts"})
    finish(writer, source)
    assert writer.ids() == {1, 2}
    assert reader.ids() == {1}
    monkeypatch.setattr(reader, "_keep", 0.0)
    assert reader.ids() == {1, 2}
    writer.close()
