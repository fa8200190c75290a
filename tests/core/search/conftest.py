"""Documents and indexes for the tests of search, for each engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests import postgres
from tests.core.search.documents import Chosen, Make, document
from tests.core.search.sqlite_source import SqliteSource
from wiki.config import ENGINES
from wiki.core.search.engines.base import Engine


@pytest.fixture(scope="session")
def cluster(server: str) -> Iterator[str]:
    """The address of a PostgreSQL cluster, "" when there is none here."""
    if server:
        yield server
        return
    try:
        with postgres.cluster() as address:
            yield address
    except FileNotFoundError:
        yield ""


@pytest.fixture(scope="session")
def databases(cluster: str) -> dict[str, str]:
    """The addresses of two databases: one that tests take in turn, one for the corpus."""
    if not cluster:
        return {}
    engine = create_engine(f"{cluster}/postgres", isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for name in ("searched", "corpus"):
            connection.execute(text(f"CREATE DATABASE {name}"))
    return {name: f"{cluster}/{name}" for name in ("searched", "corpus")}


@pytest.fixture
def make() -> Make:
    return document


@pytest.fixture(params=ENGINES)
def chosen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Chosen]:
    """One engine after the other, without an index."""
    url = ""
    if request.param == "postgres":
        url = request.getfixturevalue("databases").get("searched", "")
        if not url:
            pytest.skip("PostgreSQL's programs are not here")
        forget(url)
    made = Chosen(request.param, tmp_path / "search", url)
    yield made
    made.close()


@pytest.fixture
def source(tmp_path: Path) -> SqliteSource:
    """A small wiki, empty."""
    made = SqliteSource(tmp_path / "wiki.db")
    made.create()
    return made


@pytest.fixture
def reader(chosen: Chosen) -> Engine:
    """The engine of a process of the site; the index is not there yet."""
    return chosen.open()


@pytest.fixture
def engine(chosen: Chosen) -> Engine:
    """An engine with an empty index."""
    made = chosen.open()
    made.rebuild([], "start", "one")
    return made


def forget(url: str) -> None:
    """Throw away the index of a database."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for schema in ("gare_search", "gare_search_new", "gare_search_old"):
            connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
