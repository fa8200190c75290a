"""The default engine: a Whoosh index in the instance's folder, written by one process, read by any.

It keeps one snapshot open a process and looks for a newer commit at each question."""

import logging
import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from wiki.core.search.engines import whoosh_merging as merging
from wiki.core.search.engines.base import (
    Candidates,
    Engine,
    IndexUnavailable,
    Mode,
    Query,
    SearchDocument,
    Term,
    VocabularyWord,
)
from wiki.core.search.engines.whoosh_columns import Columns
from wiki.core.search.engines.whoosh_folder import LOCK_SECONDS, STAMP, Stamp, WhooshFolder, commit
from wiki.core.search.engines.whoosh_reader import Snapshot
from wiki.core.search.index.document_terms import counted
from wiki.core.search.index.folder import sync

REFRESH_SECONDS = 1.0
REST_SECONDS = 2.0
"""Between two attempts to open a damaged index: Whoosh insists for half a second each time."""

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


class WhooshEngine(Engine):
    """Search in a Whoosh index."""

    name = "whoosh"

    def __init__(self, folder: Path, *, url: str = "") -> None:
        super().__init__(folder, url=url)
        self._index = WhooshFolder(folder)
        self._lock = threading.RLock()
        self._process = os.getpid()
        self._snapshot: Snapshot | None = None
        self._columns: dict[str, Columns] = {}
        self._mark = (0, 0)
        self._since = 0.0
        self._rest_until = 0.0
        self._keep = REFRESH_SECONDS

    def apply(
        self, upserts: Sequence[SearchDocument], deletes: Collection[int], cursor: str
    ) -> None:
        docs = {doc.id: doc for doc in upserts}
        changed = {STAMP, *docs, *deletes}

        def leaving() -> list[int]:
            # Numbers must be of the last commit, not of one seen up to a second ago.
            self.close()
            return self._ask(lambda snapshot: snapshot.docnums(changed))

        self.close()
        stamp = replace(self._ask(Snapshot.stamp), cursor=cursor)
        opened, _mark = self._index.open()
        folder = Path(opened.storage.folder)
        before = set(folder.iterdir())
        commit(opened, docs.values(), stamp, leaving=leaving)
        sync(folder, besides=before)
        self.close()

    def cursor(self) -> str:
        return self._ask(Snapshot.stamp).cursor

    def generation(self) -> str:
        # Who decides to rebuild looks at the folder as it is now, not as it was a moment ago.
        self.close()
        self._rest_until = 0.0
        try:
            stamp = self._ask(Snapshot.stamp)
            if self._index.is_suspect():
                self._ask(Snapshot.verify)
                self._index.clear_suspicion()
        except IndexUnavailable:
            return ""
        return stamp.generation if stamp.is_ours else ""

    def rebuild(self, docs: Iterable[SearchDocument], cursor: str, generation: str) -> None:
        aside = self._index.write_aside(docs, Stamp(generation, cursor))
        with self._lock:
            self._index.put_in_place(aside)
            self._close_snapshot()
            self._rest_until = 0.0

    def candidates(self, query: Query, *, denied: Set[int], mode: Mode, limit: int) -> Candidates:
        found = self._ask(lambda snapshot: snapshot.matches(query, mode, denied))
        return Candidates([(id_, score) for score, _docnum, id_ in found[:limit]], len(found))

    def facets(
        self, query: Query, fields: Sequence[str], denied: Set[int], *, mode: Mode = "all"
    ) -> dict[str, list[tuple[str, int]]]:
        def count(snapshot: Snapshot) -> dict[str, list[tuple[str, int]]]:
            return {field: _count(snapshot, query, field, denied, mode) for field in fields}

        return self._ask(count)

    def suggest(
        self, prefix: Sequence[str], denied: Set[int], limit: int
    ) -> list[tuple[int, float]]:
        found = self._ask(lambda snapshot: snapshot.suggestions(prefix, denied, limit))
        return [(id_, score) for score, _docnum, id_ in found]

    def optimize(self) -> None:
        if self._ask(Snapshot.is_untidy):
            opened, _mark = self._index.open()
            writer = opened.writer(timeout=LOCK_SECONDS, compound=False, limitmb=merging.LIMIT_MB)
            writer.commit(mergetype=merging.merge)
            self.close()

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
        return self._ask(Snapshot.versions)

    def close(self) -> None:
        with self._lock:
            self._close_snapshot()

    def _ask(self, question: Callable[[Snapshot], _T]) -> _T:
        """Put a question to the newest snapshot; a second failure in a row makes it suspect."""
        if self._process != os.getpid():
            # Files opened before a fork share their position with the parent.
            self._lock, self._process = threading.RLock(), os.getpid()
            self._snapshot, self._columns = None, {}
        with self._lock:
            try:
                return question(self._fresh())
            except IndexUnavailable:
                raise
            except Exception:
                _LOG.info("reopening the search index", exc_info=True)
                self._close_snapshot()
            try:
                return question(self._fresh())
            except IndexUnavailable:
                raise
            except Exception as error:
                # Damaged files raise anything at all: KeyError, struct.error, zlib.error…
                _LOG.warning("the search index cannot be read", exc_info=True)
                if not self._snapshot:
                    self._rest_until = time.monotonic() + REST_SECONDS
                self._close_snapshot()
                self._index.suspect()
                raise IndexUnavailable(repr(error)) from error

    def _fresh(self) -> Snapshot:
        if time.monotonic() < self._rest_until:
            raise IndexUnavailable("the index could not be opened a moment ago")
        if self._snapshot and self._is_old(self._snapshot):
            self._close_snapshot()
        if not self._snapshot:
            began = time.monotonic()
            opened, self._mark = self._index.open()
            self._snapshot = Snapshot(opened, self._columns)
            self._columns = self._snapshot.columns
            self._since = time.monotonic()
            # A tenth of the time at most goes into opening anew, and a save is found within a second.
            self._keep = min(REFRESH_SECONDS, 10 * (self._since - began))
        return self._snapshot

    def _is_old(self, snapshot: Snapshot) -> bool:
        if time.monotonic() - self._since < self._keep:
            return False
        return self._index.mark() != self._mark or not snapshot.searcher.up_to_date()

    def _close_snapshot(self) -> None:
        if self._snapshot:
            self._snapshot.close()
        self._snapshot = None


def _count(
    snapshot: Snapshot, query: Query, field: str, denied: Set[int], mode: Mode
) -> list[tuple[str, int]]:
    unnarrowed = replace(query, filters=query.filters.without(field))
    found = snapshot.matches(unnarrowed, mode, denied)
    return counted(snapshot.facet(field, (docnum for _score, docnum, _id in found)))
