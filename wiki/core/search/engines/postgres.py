"""The engine in the wiki's own PostgreSQL: for several web servers on one index.

Its tables can be thrown away at any time; the lock of the one that writes is the database's."""

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError, NoResultFound, ProgrammingError

from wiki.core.search.engines import postgres_tables as tables
from wiki.core.search.engines.base import IndexUnavailable, SearchDocument
from wiki.core.search.engines.postgres_snapshot import PostgresSnapshot
from wiki.core.search.engines.sql_columns import Columns
from wiki.core.search.engines.sql_engine import SqlEngine, Stamp
from wiki.core.search.engines.sql_snapshot import SqlSnapshot

LEADER = 4_715_207_110_117_101
"""The number of the advisory lock of the one process that writes."""

_CONNECTIONS = 4

_LOG = logging.getLogger(__name__)


class PostgresEngine(SqlEngine):
    """Search in tables of PostgreSQL."""

    name = "postgres"
    format = tables.FORMAT

    def __init__(self, folder: Path, *, url: str = "") -> None:
        super().__init__(folder, url=url)
        # Not pinged before each use: a question that finds its connection gone is asked again.
        self._database = create_engine(
            url, pool_size=_CONNECTIONS, max_overflow=_CONNECTIONS, hide_parameters=True
        )
        self._reader = self._database.execution_options(isolation_level="AUTOCOMMIT")
        self._leaders: dict[int, Connection] = {}
        event.listen(self._database, "connect", _prepare)

    @contextmanager
    def leading(self, *, wait: bool = False) -> Iterator[bool]:
        """Hold the database's lock of the one process that writes, on whatever machine it runs.

        The server lets go of it when the connection ends; it is the one that writes, too.
        """
        if get_ident() in self._leaders:
            yield False
            return
        with self._database.connect() as connection:
            asked = "SELECT pg_advisory_lock(%s)" if wait else "SELECT pg_try_advisory_lock(%s)"
            has = connection.exec_driver_sql(asked, (LEADER,)).scalar() is not False
            connection.commit()
            try:
                if has:
                    self._leaders[get_ident()] = connection
                yield has
            finally:
                self._leaders.pop(get_ident(), None)
                if has:
                    _let_go(connection)

    def apply(
        self, upserts: Sequence[SearchDocument], deletes: Collection[int], cursor: str
    ) -> None:
        try:
            with self._writing() as connection:
                tables.commit(connection, upserts, deletes, cursor)
        finally:
            self._refresh_now()

    def generation(self) -> str:
        try:
            stamp = self._reading(self._stamp)
            with self._reader.connect() as connection:
                tables.look(connection)
        except (IndexUnavailable, ProgrammingError):
            return ""
        return stamp.generation if self._is_ours(stamp) else ""

    def rebuild(self, docs: Iterable[SearchDocument], cursor: str, generation: str) -> None:
        with self._writing() as connection:
            tables.write_whole(connection, docs, cursor, generation)
        with self._writing() as connection:
            tables.drop_old(connection)
        self._refresh_now()

    def optimize(self) -> None:
        """Leave it to the server, which vacuums by itself."""

    def _stamp(self) -> Stamp:
        with self._reader.connect() as connection:
            return tables.read_stamp(connection)

    def _open(self, stamp: Stamp, columns: Columns) -> SqlSnapshot:
        return PostgresSnapshot(stamp.seq, columns, self._rows)

    def _failed(self, error: Exception) -> bool:
        # No table, no column, no row; a server that does not answer is nothing to rebuild for.
        return isinstance(error, ProgrammingError | NoResultFound)

    def _rows(self, statement: str, *values: object) -> Sequence[Any]:
        with self._reader.connect() as connection:
            return connection.exec_driver_sql(statement, values).all()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Give the connection to write with, in a transaction."""
        leader = self._leaders.get(get_ident())
        if leader is not None:
            with leader.begin():
                yield leader
        else:
            with self._database.begin() as connection:
                yield connection

    def _forget(self) -> None:
        super()._forget()
        self._database.dispose()

    def _abandon(self) -> None:
        super()._forget()
        self._database.dispose(close=False)


def _prepare(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        # Compiling a statement takes longer than any of ours.
        cursor.execute("SET jit = off")
    connection.commit()


def _let_go(connection: Connection) -> None:
    try:
        connection.rollback()
        connection.exec_driver_sql("SELECT pg_advisory_unlock(%s)", (LEADER,))
        connection.commit()
    except DBAPIError:
        _LOG.info("the connection that led is gone, and its lock with it", exc_info=True)
        connection.invalidate()
