"""One row a page, forgotten only at the version seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from wiki.core.search.index import queue
from wiki.core.search.index.queue import SearchQueue


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'wiki.db'}")
    SearchQueue.metadata.create_all(engine, tables=[SearchQueue.__table__])  # type: ignore[list-item]
    yield engine
    engine.dispose()


def test_page_saved_twice_has_one_row(database: Engine) -> None:
    with Session(database) as session:
        queue.enqueue(session, [3, 1, 3])
        queue.enqueue(session, [3])
        session.commit()
        assert queue.waiting(session, 10) == [(1, 1), (3, 2)]
        assert queue.waiting(session, 1) == [(1, 1)]
        assert queue.count(session) == 2


def test_row_saved_again_meanwhile_is_kept(database: Engine) -> None:
    with Session(database) as session:
        queue.enqueue(session, [1, 2])
        seen = queue.waiting(session, 10)
        queue.enqueue(session, [2])
        queue.forget(session, seen)
        assert queue.waiting(session, 10) == [(2, 2)]


def test_save_that_fails_leaves_no_row(database: Engine) -> None:
    with Session(database) as session:
        queue.enqueue(session, [1])
        session.rollback()
        assert queue.waiting(session, 10) == []


def test_thousands_of_pages_at_once(database: Engine) -> None:
    with Session(database) as session:
        queue.enqueue(session, range(1, 3001))
        assert queue.count(session) == 3000
        queue.forget(session, queue.waiting(session, 2500))
        assert queue.count(session) == 500
        queue.enqueue(session, [])
        queue.forget(session, [])
        assert queue.count(session) == 500


def test_statements_are_those_of_each_database() -> None:
    insert = postgresql.insert(SearchQueue).values(page_id=1, version=1)
    update = insert.on_conflict_do_update(
        index_elements=[SearchQueue.page_id], set_={"version": SearchQueue.version + 1}
    )
    text = str(update.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    assert "ON CONFLICT (page_id) DO UPDATE SET version = (search_queue.version + " in text
