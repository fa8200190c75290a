"""What is PostgreSQL's own: its tables, lost or damaged in every way, and the lock of its leader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.core.search.conftest import forget
from tests.core.search.documents import Make
from tests.core.search.sqlite_source import SqliteSource
from tests.core.search.workers import finish
from wiki.core.search.engines.postgres import PostgresEngine
from wiki.core.search.index import indexer
from wiki.core.search.pipeline import pipeline


@pytest.fixture
def reader(databases: dict[str, str], tmp_path: Path) -> Iterator[PostgresEngine]:
    """The engine of a process of the site; the index is not there yet."""
    if not databases:
        pytest.skip("PostgreSQL's programs are not here")
    forget(databases["searched"])
    made = PostgresEngine(tmp_path / "search", url=databases["searched"])
    yield made
    made.close()


def run(url: str, statement: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(statement))


DAMAGES = {
    "no schema": "DROP SCHEMA gare_search CASCADE",
    "a table lost": "DROP TABLE gare_search.doc",
    "a column lost": "ALTER TABLE gare_search.doc DROP COLUMN body",
    "no stamp": "DELETE FROM gare_search.stamp",
    "of another version": "UPDATE gare_search.stamp SET format = 'postgres-0'",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_tables_are_rebuilt(
    reader: PostgresEngine, source: SqliteSource, damage: str
) -> None:
    source.save({page: f"statuts page{page}" for page in range(1, 30)})
    finish(reader, source)
    run(reader.url, DAMAGES[damage])
    site = PostgresEngine(reader.folder, url=reader.url)
    assert pipeline.search(site, "statuts page3").available is False
    finish(reader, source)
    assert pipeline.search(site, "statuts page3").hits[0] == 3
    assert reader.versions() == source.versions()
    site.close()


def test_leader_is_alone_whatever_the_folder(
    reader: PostgresEngine, source: SqliteSource, tmp_path: Path
) -> None:
    elsewhere = PostgresEngine(tmp_path / "another machine", url=reader.url)
    source.save({1: "statuts"})
    with reader.leading() as leader:
        assert leader
        assert indexer.run_once(elsewhere, source) == 0
    assert indexer.run_once(elsewhere, source) == 1
    assert pipeline.search(reader, "statuts").hits == [1]
    elsewhere.close()


def test_connection_cut_by_the_server_is_opened_again(
    reader: PostgresEngine, source: SqliteSource
) -> None:
    source.save({1: "statuts"})
    finish(reader, source)
    assert pipeline.search(reader, "statuts").hits == [1]
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    run(reader.url, f"{cut} AND datname = current_database()")
    assert pipeline.search(reader, "statuts").hits == [1]
    source.save({2: "budget"})
    finish(reader, source)
    assert pipeline.search(reader, "budget").hits == [2]


def test_text_longer_than_a_vector_is_found_by_its_words(
    reader: PostgresEngine, make: Make
) -> None:
    body = " ".join(f"mot{number}" for number in range(80_000)) + " répété" * 1000
    reader.rebuild([make(1, "Long", body), make(2, "Court", "répété")], "", "one")
    assert pipeline.search(reader, "mot17").hits == [1]
    assert pipeline.search(reader, '"mot17 mot18"').hits == [1]
    assert set(pipeline.search(reader, "répété").hits) == {1, 2}


def test_documents_past_those_read_come_after_them(
    reader: PostgresEngine, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = [make(n, f"Page {n}", "budget " * n) for n in range(1, 9)]
    reader.rebuild(docs, "", "one")
    everything = pipeline.search(reader, "budget").hits
    monkeypatch.setattr("wiki.core.search.engines.postgres_snapshot.READ", 3)
    reader.close()
    some = pipeline.search(reader, "budget").hits
    assert len(some) == len(set(some)) == 8
    assert some[:3] == [id_ for id_ in everything if id_ <= 3]
