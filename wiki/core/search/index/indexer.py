"""Bring the index to the state of the database, whatever was killed when; it knows no page.

One leader at a time, by the engine's lock. What is waiting is read first and its
documents after, so a document is never older than the row; rows are forgotten after the commit, so
a crash repeats work and loses none."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from typing import Protocol, TypeVar

from wiki.core.search.engines.base import Engine, IndexUnavailable, SearchDocument
from wiki.core.search.index import progress as told

BATCH = 50
CATCH_UP = 500
HEAVY = 8_000_000
"""Characters of text in one commit: those of many long files are not held in memory together."""
_EVERYTHING = 10_000_000

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
Row = tuple[int, int]
_T = TypeVar("_T")


class Source(Protocol):
    """Where documents come from; each method is its own short transaction."""

    def generation(self) -> str:
        """Return what tells this database from another, or from itself before a restore."""

    def waiting(self, limit: int) -> Sequence[Row]:
        """Return what waits, as (key of the row, its version); a key may stand for many documents."""

    def members(self, keys: Sequence[int]) -> Mapping[int, int | None]:
        """Return the ids of the documents that keys stand for, those that are no more too.

        With the version each must be at, 0 for one to remove, None where only loading it can tell:
        documents that the index has at their version are left alone.
        """

    def documents(self, ids: Sequence[int]) -> Iterable[SearchDocument]:
        """Load documents as they are now; one that is left out is removed from the index."""

    def forget(self, rows: Sequence[Row]) -> None:
        """Delete rows that are still at the version given."""

    def all_ids(self) -> Iterable[int]:
        """List the documents to index."""

    def count(self) -> int:
        """Count the documents to index."""


def run_once(engine: Engine, source: Source) -> int:
    """Index a batch of what waits, as the leader; return how many rows, 0 if another leads.

    An index that is missing, damaged, of another analysis or of another database is rebuilt.
    """
    with engine.leading() as leader:
        if not leader:
            return 0
        return _rebuild_if_needed(engine, source) or _take(engine, source, BATCH)


def catch_up(engine: Engine, source: Source, progress: Progress = lambda _done, _all: None) -> int:
    """Index all that waits, in large commits, as after an import; return how many rows."""
    with engine.leading() as leader:
        if not leader:
            return 0
        done = _rebuild_if_needed(engine, source, progress)
        while taken := _take(engine, source, CATCH_UP):
            done += taken
            progress(done, max(done, source.count()))
    return done


def rebuild(engine: Engine, source: Source, progress: Progress = lambda _done, _all: None) -> int:
    """Build the index again from the database, while readers use the old one; return how many."""
    with engine.leading(wait=True):
        return _rebuild(engine, source, progress)


def reconcile(engine: Engine, source: Source) -> int:
    """Index documents the index lacks and remove those it should not have; return how many.

    Cheap enough for each start of a worker; the queue alone should never leave anything to do.
    """
    with engine.leading() as leader:
        if not leader:
            return 0
        if done := _rebuild_if_needed(engine, source):
            return done
        waiting = source.members([key for key, _version in source.waiting(_EVERYTHING)])
        wrong = sorted((set(source.all_ids()) ^ engine.ids()) - waiting.keys())
        for ids in _batches(wrong, CATCH_UP):
            _apply(engine, source, ids)
        return len(wrong)


def tidy(engine: Engine) -> None:
    """Optimise the index if it needs it; for when nothing waits."""
    with engine.leading() as leader:
        if leader:
            with suppress(IndexUnavailable):
                engine.optimize()


def _rebuild_if_needed(
    engine: Engine, source: Source, progress: Progress = lambda _done, _all: None
) -> int:
    built = engine.generation()
    if built and built == source.generation():
        return 0
    log.info("search: no %s index of this wiki as it is, building it", engine.name)
    return _rebuild(engine, source, progress)


def _rebuild(engine: Engine, source: Source, progress: Progress) -> int:
    generation, total = source.generation(), source.count()
    rows = source.waiting(_EVERYTHING)
    done = 0

    def documents() -> Iterator[SearchDocument]:
        nonlocal done
        for ids in _batches(source.all_ids(), CATCH_UP):
            for document in source.documents(ids):
                done += 1
                yield document
            progress(done, max(done, total))
            told.tell(engine.folder, done, max(done, total))
            log.info("search: %s of %s pages in the new %s index", done, total, engine.name)

    told.tell(engine.folder, 0, total)
    engine.rebuild(documents(), _now(), generation)
    told.finish(engine.folder)
    source.forget(rows)
    log.info("search: the %s index is in place, %s pages", engine.name, done)
    return done


def _take(engine: Engine, source: Source, size: int) -> int:
    rows = source.waiting(size)
    if rows:
        members = source.members([key for key, _version in rows])
        for ids in _batches(_stale(engine, members), CATCH_UP):
            _apply(engine, source, ids)
        source.forget(rows)
    return len(rows)


def _stale(engine: Engine, members: Mapping[int, int | None]) -> list[int]:
    """Give the documents that the index does not have as they are; those to load anyway come first."""
    sure = [id_ for id_, version in members.items() if version is None]
    if len(sure) == len(members):
        return sure
    indexed = engine.versions()
    known = [(id_, version) for id_, version in members.items() if version is not None]
    return sure + [id_ for id_, version in known if indexed.get(id_, 0) != version]


def _apply(engine: Engine, source: Source, ids: Collection[int]) -> None:
    documents: list[SearchDocument] = []
    gone, weight = set(ids), 0
    for document in source.documents(list(ids)):
        documents.append(document)
        gone.discard(document.id)
        weight += len(document.body)
        if weight > HEAVY:
            engine.apply(documents, (), _now())
            documents, weight = [], 0
    engine.apply(documents, gone, _now())


def _now() -> str:
    """Stamp a commit with its moment: the health page tells how fresh the index is."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
