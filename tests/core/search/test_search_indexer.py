"""The index ends equal to the database, whatever is killed, lost, damaged or restored."""

from __future__ import annotations

import os
import random
import shutil
import time
from pathlib import Path

import pytest

from tests.core.search.conftest import forget
from tests.core.search.documents import Chosen
from tests.core.search.sqlite_source import SqliteSource
from tests.core.search.workers import finish, kill, start
from wiki.core.search.engines.base import Engine, open_engine
from wiki.core.search.index import indexer, progress
from wiki.core.search.pipeline import pipeline


@pytest.mark.parametrize("rounds", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_killed_indexer_loses_nothing(chosen: Chosen, source: SqliteSource, rounds: int) -> None:
    dice = random.Random(rounds)
    source.save({page: f"page{page} tour0" for page in range(1, 60)})
    for turn in range(1, rounds + 1):
        worker = start(chosen, source)
        until = time.monotonic() + dice.uniform(0.05, 0.7)
        while time.monotonic() < until:
            pages = dice.sample(range(1, 80), 8)
            source.save({page: f"page{page} tour{turn}" for page in pages})
            source.remove(dice.randrange(1, 80))
            time.sleep(dice.uniform(0, 0.02))
        kill(worker)
    engine = chosen.open()
    finish(engine, source)
    assert engine.versions() == source.versions()
    assert engine.titles(engine.ids()) == source.titles()
    for page, title in list(source.titles().items())[:10]:
        assert pipeline.search(engine, title).hits[0] == page
    assert indexer.reconcile(engine, source) == 0


def test_killed_rebuild_leaves_the_old_index_in_use(
    chosen: Chosen, reader: Engine, source: SqliteSource
) -> None:
    source.save({page: f"page{page} statuts" for page in range(1, 600)})
    indexer.run_once(reader, source)
    source.restore("two")
    worker = start(chosen, source, last=550)
    while (progress.read(reader.folder) or (0, 0))[0] < 500:
        assert worker.poll() is None
        assert pipeline.search(reader, "statuts").total == 599
    kill(worker)
    assert pipeline.search(reader, "statuts").total == 599
    assert reader.generation() == "one"
    finish(reader, source)
    assert reader.generation() == "two"
    assert reader.versions() == source.versions()
    assert progress.read(reader.folder) is None
    assert len(list(reader.folder.glob("index-*"))) == (chosen.name != "postgres")


def test_commit_and_cursor_go_together(
    reader: Engine, source: SqliteSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.save({1: "accueil"})
    finish(reader, source)
    before = reader.cursor()
    source.save({1: "statuts", 2: "budget"})

    def failing(id_: int, *_rest: object) -> None:
        raise OSError("disk full")

    for place in ("whoosh_folder.prepare", "fts5_file.prepare", "postgres_tables.prepare"):
        monkeypatch.setattr(f"wiki.core.search.engines.{place}", failing)
    with pytest.raises(OSError, match="disk full"):
        indexer.run_once(reader, source)
    assert (reader.cursor(), reader.titles([1, 2])) == (before, {1: "accueil"})
    assert len(source.waiting(10)) == 2


def test_reader_sees_the_commits_of_another_process(
    chosen: Chosen, reader: Engine, source: SqliteSource
) -> None:
    source.save({1: "accueil"})
    indexer.run_once(chosen.open(), source)
    assert pipeline.search(reader, "accueil").hits == [1]
    worker = start(chosen, source)
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


def test_only_one_process_leads(chosen: Chosen, reader: Engine, source: SqliteSource) -> None:
    source.save({1: "accueil"})
    worker = start(chosen, source)
    kill(worker)
    with reader.leading(wait=True) as leader:
        assert leader
        other = chosen.open()
        source.save({2: "statuts"})
        assert indexer.run_once(other, source) == 0
        assert indexer.catch_up(other, source) == 0
    assert indexer.catch_up(reader, source)
    assert reader.ids() == {1, 2}


def test_search_without_an_index_is_unavailable_until_built(
    reader: Engine, source: SqliteSource
) -> None:
    assert not pipeline.search(reader, "statuts").available
    assert pipeline.suggest(reader, "statuts") == []
    source.save({1: "statuts"})
    assert indexer.run_once(reader, source) == 1
    assert pipeline.search(reader, "statuts").hits == [1]
    assert source.waiting(10) == []


def test_restored_database_and_new_analysis_rebuild(
    reader: Engine, source: SqliteSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.save({1: "statuts", 2: "budget"})
    finish(reader, source)
    source.remove(2)
    source.restore("two")
    assert indexer.run_once(reader, source) == 1
    assert reader.ids() == {1}
    monkeypatch.setattr("wiki.core.search.pipeline.analysis.ANALYSER", "gare-next")
    assert reader.generation() == ""


def test_reconcile_mends_what_the_queue_missed(reader: Engine, source: SqliteSource) -> None:
    source.save({page: f"page{page}" for page in range(1, 6)})
    finish(reader, source)
    reader.apply([], [2, 3], "")
    source.remove(5)
    source.forget(source.waiting(10))
    assert indexer.reconcile(reader, source) == 3
    assert reader.versions() == source.versions()


def test_catch_up_takes_large_batches_and_tells_how_far(
    reader: Engine, source: SqliteSource
) -> None:
    indexer.run_once(reader, source)
    source.save({page: f"page{page}" for page in range(1, 1201)})
    told: list[tuple[int, int]] = []
    assert indexer.catch_up(reader, source, lambda done, total: told.append((done, total))) == 1200
    assert told == [(500, 1200), (1000, 1200), (1200, 1200)]
    assert len(reader.ids()) == 1200


def test_rebuild_tells_how_far_and_empties_the_queue(reader: Engine, source: SqliteSource) -> None:
    source.save({page: f"page{page}" for page in range(1, 701)})
    told: list[tuple[int, int]] = []
    assert indexer.rebuild(reader, source, lambda done, total: told.append((done, total))) == 700
    assert told == [(500, 700), (700, 700)]
    assert source.waiting(10) == []


def test_page_saved_during_indexing_waits_again(
    reader: Engine, source: SqliteSource, monkeypatch: pytest.MonkeyPatch
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


def test_lost_index_is_built_again(chosen: Chosen, reader: Engine, source: SqliteSource) -> None:
    source.save({page: f"statuts page{page}" for page in range(1, 30)})
    finish(reader, source)
    shutil.rmtree(reader.folder)
    if chosen.url:
        forget(chosen.url)
    assert not pipeline.search(chosen.open(), "statuts page3").available
    finish(reader, source)
    assert pipeline.search(reader, "statuts page3").hits[0] == 3
    assert reader.versions() == source.versions()


def test_forked_process_opens_its_own_files(reader: Engine, source: SqliteSource) -> None:
    source.save({page: f"statuts page{page}" for page in range(1, 40)})
    finish(reader, source)
    before = reader.ids()
    child = os.fork()
    if not child:
        os._exit(0 if reader.ids() == before else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert pipeline.search(reader, "page7").hits == [7]


def test_engine_is_opened_by_name(chosen: Chosen) -> None:
    assert chosen.open().name == chosen.name


def test_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModuleNotFoundError):
        open_engine("absent", tmp_path)
    with pytest.raises(LookupError):
        open_engine("bm25", tmp_path)
