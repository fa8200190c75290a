"""Reading an FTS5 index: who has a word in which field, and how much it says there."""

# ruff: noqa: S608 - the names of tables are those of FIELDS
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence, Set
from contextlib import AbstractContextManager
from functools import partial
from math import log

from wiki.core.search.engines import bm25
from wiki.core.search.engines.base import Term, Weighted
from wiki.core.search.engines.fts5_file import batches, marks
from wiki.core.search.engines.lru_cache import Recent
from wiki.core.search.engines.sql_columns import Changes, Columns
from wiki.core.search.engines.sql_snapshot import Scores, SqlSnapshot
from wiki.core.search.index.document_terms import WEIGHTS

MOST_KEPT = 200_000
"""Scores kept at hand, over all the terms asked lately: some 20 MB."""

_PHRASED = ("title", "headings", "body")
_LEAST_RARITY = 1e-6
_LAST = "\U0010ffff"

_Known = Recent[tuple[Weighted, bool], dict[int, float]]


class Fts5Snapshot(SqlSnapshot):
    """Answers from one commit of the file."""

    def __init__(
        self,
        seq: int,
        columns: Columns,
        connection: Callable[[], AbstractContextManager[sqlite3.Connection]],
    ) -> None:
        super().__init__(seq, columns)
        self._connection = connection
        self._known = _Known(MOST_KEPT, weigh=len)
        self._sets = Recent[tuple[str, str], frozenset[int]](MOST_KEPT, weigh=len)

    def holders(self, term: Term) -> Set[int]:
        return self._scored(term).keys()

    def scores(self, terms: Sequence[Term], ids: Set[int]) -> Scores:
        every = [self._scored(term) for term in terms]
        return {id_: sum(scores.get(id_, 0.0) for scores in every) for id_ in ids}

    def titles(self, ids: Collection[int]) -> dict[int, str]:
        with self._connection() as asked:
            return {
                id_: shown
                for some in batches(ids)
                for id_, shown in asked.execute(
                    f"SELECT id, shown FROM doc WHERE id IN ({marks(some)})",
                    some,
                )
            }

    def versions(self) -> dict[int, int]:
        with self._connection() as asked:
            return dict(asked.execute("SELECT id, version FROM doc").fetchall())

    def changes(self, since: int) -> Changes:
        with self._connection() as asked:
            gone = asked.execute("SELECT id FROM gone WHERE seq > ?", (since,)).fetchall()
            documents = asked.execute(
                "SELECT id, updated, length, facets FROM doc WHERE seq > ?", (since,)
            ).fetchall()
        return Changes([row[0] for row in gone], documents)

    def with_value(self, field: str, value: str) -> Set[int]:
        return self._ids("SELECT id FROM facet WHERE field = ? AND value = ?", field, value)

    def with_beginning(self, beginning: str) -> Set[int]:
        said = ("SELECT rowid FROM beginnings WHERE beginnings MATCH ?", _quoted([beginning]))
        return self._sets.fetch(said, lambda: self._ids(*said))

    def with_words(self, words: Sequence[tuple[str, str]]) -> list[Set[int]]:
        said = "SELECT rowid FROM words WHERE words MATCH ?"
        asked = [(said, _quoted([f"{folded}/{surface}"])) for folded, surface in words]
        return [self._sets.fetch(each, partial(self._ids, *each)) for each in asked]

    def lexicon(self, prefix: str) -> Iterable[tuple[int, str, str]]:
        with self._connection() as asked:
            found = asked.execute(
                "SELECT doc, term FROM lexicon WHERE term >= ? AND term < ?",
                (prefix, prefix + _LAST),
            ).fetchall()
        return ((count, *term.split("/", 1)) for count, term in found)

    def _ids(self, statement: str, *values: str) -> frozenset[int]:
        with self._connection() as asked:
            return frozenset(row[0] for row in asked.execute(statement, values).fetchall())

    def _scored(self, term: Term) -> dict[int, float]:
        return self._known.fetch((term.weighted(), term.small), lambda: self._score(term))

    def _score(self, term: Term) -> dict[int, float]:
        found: dict[int, float] = {}
        with self._connection() as asked:
            # One transaction: the number of documents must be the one that FTS5 reckons with.
            asked.execute("BEGIN")
            try:
                (documents,) = asked.execute("SELECT documents FROM stamp").fetchone()
                for sequence, worth in term.weighted():
                    for field, weight in WEIGHTS.items():
                        if len(sequence) == 1 or field in _PHRASED:
                            _add(found, asked, field, sequence, weight * worth, documents)
                    if term.small:
                        _add(found, asked, "small", sequence[:1], WEIGHTS["title"], documents)
            finally:
                asked.execute("COMMIT")
        return found


def _add(
    found: dict[int, float],
    asked: sqlite3.Connection,
    field: str,
    sequence: Sequence[str],
    weight: float,
    documents: int,
) -> None:
    """Add what a field says, the rarity of FTS5 (nothing for what half the documents have) put right."""
    rows = asked.execute(
        f"SELECT rowid, bm25({field}) FROM {field} WHERE {field} MATCH ?",
        (_quoted(sequence),),
    ).fetchall()
    if not rows:
        return
    theirs = max(log((documents - len(rows) + 0.5) / (len(rows) + 0.5)), 0.0) or _LEAST_RARITY
    right = -weight * bm25.rarity(documents, len(rows)) / theirs
    for id_, score in rows:
        found[id_] = found.get(id_, 0.0) + right * score


def _quoted(words: Sequence[str]) -> str:
    """Write words as one phrase of FTS5: nothing of them is read as an operator."""
    return '"{}"'.format(" ".join(words).replace('"', '""'))
