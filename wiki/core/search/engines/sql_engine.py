"""What the engines that keep their index in SQL have in common: a snapshot a commit, shared by threads.

Which statements answer, and how commits are written, is each engine's."""

import logging
import os
import time
from abc import abstractmethod
from collections.abc import Callable, Collection, Sequence, Set
from pathlib import Path
from threading import Lock
from typing import NamedTuple, TypeVar

from wiki.core.search.engines.base import (
    Candidates,
    Engine,
    IndexUnavailable,
    Mode,
    Query,
    Term,
    VocabularyWord,
)
from wiki.core.search.engines.sql_columns import Columns
from wiki.core.search.engines.sql_snapshot import SqlSnapshot
from wiki.core.search.pipeline import analysis

REFRESH_SECONDS = 0.1
"""How long an answer may lag behind a commit: looking for one at each question costs more."""

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


class Stamp(NamedTuple):
    """What an index says of itself; `made` tells one building from the next, `seq` counts commits."""

    generation: str
    cursor: str
    format: str
    analyser: str
    made: str
    seq: int


class SqlEngine(Engine):
    """Base of the engines in SQL."""

    format = ""
    """Stamped with the analyser: change it with any change of what is written."""

    def __init__(self, folder: Path, *, url: str = "") -> None:
        super().__init__(folder, url=url)
        self._lock = Lock()
        self._process = os.getpid()
        self._snapshot: SqlSnapshot | None = None
        self._known: Stamp | None = None
        self._columns = Columns()
        self._fresh_until = 0.0

    @abstractmethod
    def _stamp(self) -> Stamp:
        """Read what the index in use says of itself."""

    @abstractmethod
    def _open(self, stamp: Stamp, columns: Columns) -> SqlSnapshot:
        """Make the snapshot of a commit."""

    @abstractmethod
    def _failed(self, error: Exception) -> bool:
        """Take note that reading failed, and say whether the index is missing or damaged."""

    def cursor(self) -> str:
        return self._reading(self._stamp).cursor

    def candidates(self, query: Query, *, denied: Set[int], mode: Mode, limit: int) -> Candidates:
        return self._ask(lambda snapshot: snapshot.candidates(query, denied, mode, limit))

    def facets(
        self, query: Query, fields: Sequence[str], denied: Set[int], *, mode: Mode = "all"
    ) -> dict[str, list[tuple[str, int]]]:
        return self._ask(lambda snapshot: snapshot.facets(query, fields, denied, mode))

    def suggest(
        self, prefix: Sequence[str], denied: Set[int], limit: int
    ) -> list[tuple[int, float]]:
        return self._ask(lambda snapshot: snapshot.suggestions(prefix, denied, limit))

    def titles(self, ids: Collection[int]) -> dict[int, str]:
        return self._ask(lambda snapshot: snapshot.titles(ids))

    def frequency(self, term: Term, denied: Set[int], *, at_most: int) -> int:
        return self._ask(lambda snapshot: snapshot.frequency(term, denied, at_most))

    def holding(self, term: Term, ids: Collection[int]) -> set[int]:
        return self._ask(lambda snapshot: snapshot.holding(term, ids))

    def vocabulary(
        self, prefix: str, denied: Set[int], *, accept: Callable[[str], bool] = lambda _word: True
    ) -> list[VocabularyWord]:
        return self._ask(lambda snapshot: snapshot.vocabulary(prefix, denied, accept))

    def ids(self) -> set[int]:
        return set(self.versions())

    def versions(self) -> dict[int, int]:
        return self._ask(lambda snapshot: snapshot.versions())

    def close(self) -> None:
        with self._lock:
            self._forget()

    def _is_ours(self, stamp: Stamp) -> bool:
        """Say whether this code can read and continue the index."""
        return (stamp.format, stamp.analyser) == (self.format, analysis.ANALYSER)

    def _ask(self, question: Callable[[SqlSnapshot], _T]) -> _T:
        if self._process != os.getpid():
            # What was opened before a fork belongs to the parent, and its threads may hold the lock.
            self._lock, self._process = Lock(), os.getpid()
            self._abandon()
        return self._reading(lambda: question(self._fresh()))

    def _reading(self, question: Callable[[], _T]) -> _T:
        """Ask twice: the first failure may be of an index just replaced."""
        try:
            return question()
        except Exception:
            _LOG.debug("asking the search index again", exc_info=True)
            self._refresh_now()
        try:
            return question()
        except Exception as error:
            if isinstance(error, IndexUnavailable) or not self._failed(error):
                raise
            _LOG.warning("the search index cannot be read: %r", error)
            self._refresh_now()
            raise IndexUnavailable(repr(error)) from error

    def _fresh(self) -> SqlSnapshot:
        with self._lock:
            if self._snapshot and time.monotonic() < self._fresh_until:
                return self._snapshot
            stamp = self._stamp()
            known = self._known
            if not self._snapshot or not known or stamp[-2:] != known[-2:]:
                if stamp.format != self.format:
                    raise IndexUnavailable("the index is of another version")
                if not known or stamp.made != known.made:
                    self._columns = Columns()
                self._snapshot, self._known = self._open(stamp, self._columns), stamp
            self._fresh_until = time.monotonic() + REFRESH_SECONDS
            return self._snapshot

    def _refresh_now(self) -> None:
        with self._lock:
            self._fresh_until = 0.0
            self._snapshot = None

    def _abandon(self) -> None:
        """Leave what is open to the process that opened it."""
        self._forget()

    def _forget(self) -> None:
        self._snapshot = self._known = None
        self._columns = Columns()
        self._fresh_until = 0.0
