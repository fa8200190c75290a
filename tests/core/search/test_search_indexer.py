"""The index ends equal to the database, whatever is killed, lost, damaged or restored."""

from __future__ import annotations

import gc
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.core.search.sqlite_source import SqliteSource
from wiki.core.search import indexer, pipeline, whoosh
from wiki.core.search.base import IndexUnavailable, open_engine
from wiki.core.search.whoosh import WhooshEngine

ROOT = Path(__file__).parents[3]


@pytest.fixture
def source(tmp_path: Path) -> SqliteSource:
    made = SqliteSource(tmp_path / "wiki.db")
    made.create()
    return made


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[WhooshEngine]:
    """The engine of a process of the site; the index is not there yet."""
    made = WhooshEngine(tmp_path / "search")
    yield made
    made.close()


def start(folder: Path) -> subprocess.Popen[str]:
    """Start a worker that indexes until killed."""
    command = [sys.executable, "-m", "tests.core.search.sqlite_source", str(folder)]
    worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert worker.stdout and worker.stdout.readline() == "ready\n"
    return worker


def kill(worker: subprocess.Popen[str]) -> None:
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()


def current(folder: Path) -> Path:
    return folder / (folder / "current").read_text()


def finish(engine: WhooshEngine, source: SqliteSource) -> None:
    while indexer.run_once(engine, source):
        pass


@pytest.mark.parametrize("rounds", [5, pytest.param(50, marks=pytest.mark.slow)])
def test_killed_indexer_loses_nothing(tmp_path: Path, source: SqliteSource, rounds: int) -> None:
    dice = random.Random(rounds)
    source.save({page: f"page{page} tour0" for page in range(1, 60)})
    for turn in range(1, rounds + 1):
        worker = start(tmp_path)
        until = time.monotonic() + dice.uniform(0.05, 0.7)
        while time.monotonic() < until:
            pages = dice.sample(range(1, 80), 8)
            source.save({page: f"page{page} tour{turn}" for page in pages})
            source.remove(dice.randrange(1, 80))
            time.sleep(dice.uniform(0, 0.02))
        kill(worker)
    engine = WhooshEngine(tmp_path / "search")
    finish(engine, source)
    assert engine.versions() == source.versions()
    assert engine.titles(engine.ids()) == source.titles()
    for page, title in list(source.titles().items())[:10]:
        assert pipeline.search(engine, title).hits[0] == page
    assert indexer.reconcile(engine, source) == 0
    engine.close()


def test_killed_rebuild_leaves_the_old_index_in_use(
    tmp_path: Path, reader: WhooshEngine, source: SqliteSource
) -> None:
    source.save({page: f"page{page} statuts" for page in range(1, 400)})
    indexer.run_once(reader, source)
    source.restore("two")
    worker = start(tmp_path)
    while len(list((tmp_path / "search").glob("index-*"))) < 2:
        assert worker.poll() is None
    kill(worker)
    assert pipeline.search(reader, "statuts").total == 399
    finish(reader, source)
    assert reader.generation() == "two"
    assert len(list((tmp_path / "search").glob("index-*"))) == 1


def test_reader_sees_the_commits_of_another_process(
    tmp_path: Path, reader: WhooshEngine, source: SqliteSource
) -> None:
    source.save({1: "accueil"})
    indexer.run_once(WhooshEngine(tmp_path / "search"), source)
    assert pipeline.search(reader, "accueil").hits == [1]
    worker = start(tmp_path)
    try:
        source.save({2: "statuts", 1: "bienvenue"})
        until = time.monotonic() + 10
        while pipeline.search(reader, "statuts").hits != [2] and time.monotonic() < until:
            time.sleep(0.02)
        assert pipeline.search(reader, "statuts").hits == [2]
        assert pipeline.search(reader, "accueil").total == 0
        source.restore("two")
        while reader.generation() != "two" and time.monotonic() < until:
            time.sleep(0.02)
        assert pipeline.search(reader, "bienvenue").hits == [1]
    finally:
        kill(worker)


def test_only_one_process_leads(tmp_path: Path, reader: WhooshEngine, source: SqliteSource) -> None:
    source.save({1: "accueil"})
    worker = start(tmp_path)
    kill(worker)
    with indexer.leading(reader.folder) as leader:
        assert leader
        other = WhooshEngine(tmp_path / "search")
        source.save({2: "statuts"})
        assert indexer.run_once(other, source) == 0
        assert indexer.catch_up(other, source) == 0
    assert indexer.catch_up(reader, source)
    assert reader.ids() == {1, 2}


def test_search_without_an_index_is_unavailable_until_built(
    reader: WhooshEngine, source: SqliteSource
) -> None:
    assert not pipeline.search(reader, "statuts").available
    assert pipeline.suggest(reader, "statuts") == []
    source.save({1: "statuts"})
    assert indexer.run_once(reader, source) == 1
    assert pipeline.search(reader, "statuts").hits == [1]
    assert source.waiting(10) == []


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


def test_restored_database_and_new_analysis_rebuild(
    reader: WhooshEngine, source: SqliteSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.save({1: "statuts", 2: "budget"})
    finish(reader, source)
    source.remove(2)
    source.restore("two")
    assert indexer.run_once(reader, source) == 1
    assert reader.ids() == {1}
    monkeypatch.setattr("wiki.core.search.analysis.ANALYSER", "gare-next")
    assert reader.generation() == ""


def test_reconcile_mends_what_the_queue_missed(reader: WhooshEngine, source: SqliteSource) -> None:
    source.save({page: f"page{page}" for page in range(1, 6)})
    finish(reader, source)
    reader.apply([], [2, 3], "")
    source.remove(5)
    source.forget(source.waiting(10))
    assert indexer.reconcile(reader, source) == 3
    assert reader.versions() == source.versions()


def test_catch_up_takes_large_batches_and_tells_how_far(
    reader: WhooshEngine, source: SqliteSource
) -> None:
    indexer.run_once(reader, source)
    source.save({page: f"page{page}" for page in range(1, 1201)})
    told: list[tuple[int, int]] = []
    assert indexer.catch_up(reader, source, lambda done, total: told.append((done, total))) == 1200
    assert told == [(500, 1200), (1000, 1200), (1200, 1200)]
    assert len(reader.ids()) == 1200


def test_rebuild_tells_how_far_and_empties_the_queue(
    reader: WhooshEngine, source: SqliteSource
) -> None:
    source.save({page: f"page{page}" for page in range(1, 701)})
    told: list[tuple[int, int]] = []
    assert indexer.rebuild(reader, source, lambda done, total: told.append((done, total))) == 700
    assert told == [(500, 700), (700, 700)]
    assert source.waiting(10) == []


def test_page_saved_during_indexing_waits_again(
    reader: WhooshEngine, source: SqliteSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.save({1: "avant"})
    finish(reader, source)
    source.save({1: "pendant"})
    apply = reader.apply

    def slow_apply(*given: object) -> None:
        apply(*given)  # type: ignore[arg-type]
        source.save({1: "apres"})
        monkeypatch.setattr(reader, "apply", apply)

    monkeypatch.setattr(reader, "apply", slow_apply)
    finish(reader, source)
    assert reader.titles([1]) == {1: "apres"}


def test_index_is_private_and_optimised_when_idle(
    reader: WhooshEngine, source: SqliteSource
) -> None:
    source.save({page: f"page{page}" for page in range(1, 40)})
    finish(reader, source)
    for page in range(1, 40):
        source.save({page: f"page{page} encore"})
        indexer.run_once(reader, source)
    indexer.tidy(reader)
    assert len(list(current(reader.folder).glob("*.trm"))) <= whoosh.MOST_SEGMENTS
    assert reader.versions() == source.versions()
    assert stat.S_IMODE(reader.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(current(reader.folder).stat().st_mode) == 0o700
    assert reader.cursor()


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


def test_forked_process_opens_its_own_files(reader: WhooshEngine, source: SqliteSource) -> None:
    source.save({page: f"statuts page{page}" for page in range(1, 40)})
    finish(reader, source)
    before = reader.ids()
    child = os.fork()
    if not child:
        os._exit(0 if reader.ids() == before and reader._process == os.getpid() else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert pipeline.search(reader, "page7").hits == [7]


def test_engine_is_opened_by_name(tmp_path: Path) -> None:
    assert isinstance(open_engine("whoosh", tmp_path), WhooshEngine)
    with pytest.raises(ModuleNotFoundError):
        open_engine("absent", tmp_path)
    with pytest.raises(LookupError):
        open_engine("analysis", tmp_path)
