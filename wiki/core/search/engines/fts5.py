"""The engine in SQLite: FTS5 tables in a file of the index folder, never in the wiki's database.

Made of the standard library alone; one process writes, any number read."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock

from wiki.core.search.engines import fts5_file
from wiki.core.search.engines.base import IndexUnavailable, SearchDocument
from wiki.core.search.engines.fts5_snapshot import Fts5Snapshot
from wiki.core.search.engines.sql_columns import Columns
from wiki.core.search.engines.sql_engine import SqlEngine, Stamp
from wiki.core.search.engines.sql_snapshot import SqlSnapshot
from wiki.core.search.index.folder import IndexFolder, Mark

_ABANDONED: list[sqlite3.Connection] = []


class Fts5Engine(SqlEngine):
    """Search in FTS5 tables."""

    name = "fts5"
    format = fts5_file.FORMAT

    def __init__(self, folder: Path, *, url: str = "") -> None:
        self._index = IndexFolder(folder)
        self._free: list[tuple[Path, sqlite3.Connection]] = []
        self._file: tuple[Path, Mark] | None = None
        self._file_lock = Lock()
        self._tidy_at = ("", -1)
        super().__init__(folder, url=url)

    def apply(
        self, upserts: Sequence[SearchDocument], deletes: Collection[int], cursor: str
    ) -> None:
        try:
            with self._connection(self._path()) as connection:
                fts5_file.commit(connection, upserts, deletes, cursor)
        except Exception as error:
            # Locked, damaged or gone: the next round looks closer.
            self._failed(error)
            raise
        finally:
            self._refresh_now()

    def generation(self) -> str:
        try:
            stamp = self._reading(self._stamp)
            if self._index.is_suspect():
                self._reading(self._verify)
                self._index.clear_suspicion()
        except IndexUnavailable:
            return ""
        return stamp.generation if self._is_ours(stamp) else ""

    def rebuild(self, docs: Iterable[SearchDocument], cursor: str, generation: str) -> None:
        with self._index.aside() as aside:
            fts5_file.write_whole(aside, docs, cursor, generation)
        self._index.put_in_place(aside)
        self._refresh_now()

    def optimize(self) -> None:
        stamp = self._reading(self._stamp)
        if self._tidy_at != stamp[-2:]:
            with self._connection(self._path()) as connection:
                if not fts5_file.merge(connection):
                    self._tidy_at = stamp[-2:]

    def _stamp(self) -> Stamp:
        with self._connection(self._path()) as connection:
            return fts5_file.read_stamp(connection)

    def _open(self, stamp: Stamp, columns: Columns) -> SqlSnapshot:
        path = self._path()
        return Fts5Snapshot(stamp.seq, columns, lambda: self._connection(path))

    def _failed(self, error: Exception) -> bool:
        # Damaged files raise anything at all: DatabaseError, zlib.error, ValueError…
        self._index.suspect()
        return True

    def _verify(self) -> None:
        with self._connection(self._path()) as connection:
            fts5_file.verify(connection)

    def _path(self) -> Path:
        """Return the file in use. Raises IndexUnavailable."""
        try:
            if not self._file or self._file[1] != self._index.mark():
                folder, mark = self._index.current()
                self._file = (folder / fts5_file.NAME, mark)
            return self._file[0]
        except OSError as error:
            raise IndexUnavailable(repr(error)) from error

    @contextmanager
    def _connection(self, path: Path) -> Iterator[sqlite3.Connection]:
        """Give a connection to a file that no other thread uses meanwhile; failures close it."""
        connection = self._taken(path) or fts5_file.connect(path)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        with self._file_lock:
            self._free.append((path, connection))

    def _taken(self, path: Path) -> sqlite3.Connection | None:
        with self._file_lock:
            found = None
            while self._free and found is None:
                place, connection = self._free.pop()
                if place == path and path.exists():
                    found = connection
                else:
                    connection.close()
            return found

    def _abandon(self) -> None:
        # Closing them here would close the parent's.
        _ABANDONED.extend(connection for _path, connection in self._free)
        self._free, self._file_lock = [], Lock()
        self._forget()

    def _forget(self) -> None:
        super()._forget()
        self._file = None
        with self._file_lock:
            for _path, connection in self._free:
                with closing(connection):
                    pass
            self._free.clear()
