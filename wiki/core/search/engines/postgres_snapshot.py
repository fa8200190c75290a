"""Reading a PostgreSQL index: who has a word, exactly; how much it says, exactly for the best.

Titles, headings and tags are short: their words are scored wherever they stand. Bodies are long and
kept apart by the database: a word found there counts as once in a usual body, until the best few
hundred are known; those are read."""

# ruff: noqa: S608 - the names put in statements are those of postgres_tables
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence, Set
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import accumulate
from typing import Any

from wiki.core.search.engines import bm25
from wiki.core.search.engines.base import Term, Weighted
from wiki.core.search.engines.lru_cache import Recent
from wiki.core.search.engines.postgres_tables import FIELDS, SCHEMA, quoted
from wiki.core.search.engines.sql_columns import Changes, Columns
from wiki.core.search.engines.sql_snapshot import Scores, SqlSnapshot
from wiki.core.search.index.document_terms import WEIGHTS

READ = 400
"""How many of the best documents have their bodies read for the score."""

MOST_KEPT = 400_000
_WEIGHTS = WEIGHTS | {"small": WEIGHTS["title"]}
_PHRASED = ("title", "headings", "body")
_LESS = 0.999
_RANKS = list(accumulate(1 / (times * times) for times in range(1, 257)))
"""What ts_rank says of a word found so many times, all weights being 1, before its last division."""

_PI = 1.64493406685
_ALL_ONE = "'{1,1,1,1}'"

Ask = Callable[..., Sequence[Any]]


@dataclass(frozen=True, slots=True)
class _Found:
    """What one sequence says: scores of short fields, and who has it in the body, how rare there."""

    query: str
    short: dict[int, float]
    body: frozenset[int]
    rarity: float
    is_phrase: bool


@dataclass(frozen=True, slots=True)
class _Holders:
    """All that is known of a term."""

    sequences: list[_Found]
    ids: frozenset[int] = field(default_factory=frozenset)


class PostgresSnapshot(SqlSnapshot):
    """Answers from the tables as they are; one per commit, for what it keeps at hand."""

    def __init__(self, seq: int, columns: Columns, ask: Ask) -> None:
        super().__init__(seq, columns)
        self._rows = ask
        self._known = Recent[tuple[Weighted, bool], _Holders](
            MOST_KEPT, weigh=lambda known: len(known.ids)
        )
        self._sets = Recent[tuple[str, ...], frozenset[int]](MOST_KEPT, weigh=len)
        names = ", ".join(f"{name}_total" for name in FIELDS)
        self._documents, *totals = ask(f"SELECT documents, {names} FROM {SCHEMA}.stamp")[0]
        self._usual = {
            name: total / (self._documents or 1) for name, total in zip(FIELDS, totals, strict=True)
        }

    def holders(self, term: Term) -> Set[int]:
        return self._term(term).ids

    def scores(self, terms: Sequence[Term], ids: Set[int]) -> Scores:
        found = [each for term in terms for each in self._term(term).sequences]
        scores = dict.fromkeys(ids, 0.0)
        for each in found:
            once = WEIGHTS["body"] * each.rarity
            for id_ in each.short.keys() & ids:
                scores[id_] += each.short[id_]
            for id_ in each.body & ids:
                scores[id_] += once
        best = nlargest(READ, scores, key=lambda id_: (scores[id_], -id_))
        exact = self._read(found, best)
        for id_ in exact:
            del scores[id_]
        # Guesses stay behind what was read, whatever they say.
        shrink = min(exact.values(), default=0.0) / (max(scores.values(), default=0.0) or 1.0)
        return exact | {id_: score * min(shrink, 1.0) * _LESS for id_, score in scores.items()}

    def titles(self, ids: Collection[int]) -> dict[int, str]:
        return self._pairs("SELECT id, shown FROM {} WHERE id = ANY(%s::bigint[])", list(ids))

    def versions(self) -> dict[int, int]:
        return self._pairs("SELECT id, version FROM {}")

    def changes(self, since: int) -> Changes:
        gone = self._rows(f"SELECT id FROM {SCHEMA}.gone WHERE seq > %s", since)
        documents = self._rows(
            f"SELECT id, updated, length, facets FROM {SCHEMA}.doc WHERE seq > %s", since
        )
        return Changes([row[0] for row in gone], documents)

    def with_value(self, field: str, value: str) -> Set[int]:
        return self._marked(f"{field}/{value}")

    def with_beginning(self, beginning: str) -> Set[int]:
        return self._marked(f"b/{beginning}")

    def with_words(self, words: Sequence[tuple[str, str]]) -> list[Set[int]]:
        marks = [f"w/{folded}/{surface}" for folded, surface in words]
        found = self._rows(
            f"SELECT mark, array_agg(id) FROM unnest(%s::text[]) AS mark"
            f" JOIN {SCHEMA}.doc ON marks @> ARRAY[mark] GROUP BY mark",
            marks,
        )
        every = {mark: frozenset(ids) for mark, ids in found}
        return [every.get(mark, frozenset()) for mark in marks]

    def lexicon(self, prefix: str) -> Iterable[tuple[int, str, str]]:
        found = self._rows(
            f"SELECT documents, word FROM {SCHEMA}.word"
            " WHERE word >= %s AND word < %s AND documents > 0",
            prefix,
            prefix + "\U0010ffff",
        )
        return ((count, *word.split("/", 1)) for count, word in found)

    def _pairs(self, statement: str, *values: object) -> dict[int, Any]:
        return {row[0]: row[1] for row in self._rows(statement.format(f"{SCHEMA}.doc"), *values)}

    def _marked(self, mark: str) -> frozenset[int]:
        where = "marks @> ARRAY[%s]"
        return self._sets.fetch((mark,), lambda: self._ids(where, mark.replace("\0", " ")))

    def _ids(self, where: str, *values: object) -> frozenset[int]:
        # One array is read ten times faster than as many rows.
        found = self._rows(f"SELECT array_agg(id) FROM {SCHEMA}.doc WHERE {where}", *values)
        return frozenset(found[0][0] or ())

    def _term(self, term: Term) -> _Holders:
        return self._known.fetch((term.weighted(), term.small), lambda: self._look_up(term))

    def _look_up(self, term: Term) -> _Holders:
        found = [self._sequence(each, worth, term.small) for each, worth in term.weighted()]
        every = (ids for each in found for ids in (each.short.keys(), each.body))
        return _Holders(found, frozenset().union(*every))

    def _sequence(self, sequence: tuple[str, ...], worth: float, small: bool) -> _Found:
        query = " <-> ".join(quoted(word) for word in sequence)
        is_phrase = len(sequence) > 1
        names = [n for n in WEIGHTS if n != "body" and (not is_phrase or n in _PHRASED)]
        short = self._short(names + ["small"] * small, query, is_phrase)
        body = self._ids("body @@ %s::tsquery", query)
        rarity = worth * bm25.rarity(self._documents, len(body))
        return _Found(
            query, {id_: worth * said for id_, said in short.items()}, body, rarity, is_phrase
        )

    def _short(self, names: Sequence[str], query: str, is_phrase: bool) -> dict[int, float]:
        """Score a word or phrase over the short fields."""
        each = (
            f"SELECT '{name}', id, {name}_length, ts_rank({_ALL_ONE}, {name}, %s::tsquery)"
            f" FROM {SCHEMA}.doc WHERE {name} @@ %s::tsquery"
            for name in names
        )
        rows = self._rows(" UNION ALL ".join(each), *[query] * 2 * len(names))
        holders = Counter(row[0] for row in rows)
        found: dict[int, float] = {}
        for name, id_, length, rank in rows:
            rare = bm25.rarity(self._documents, holders[name])
            times = 1 if is_phrase else _times(rank)
            said = rare * bm25.frequency(times, length, self._usual[name])
            found[id_] = found.get(id_, 0.0) + _WEIGHTS[name] * said
        return found

    def _read(self, found: Sequence[_Found], ids: Sequence[int]) -> dict[int, float]:
        """Score documents by all their fields, bodies read."""
        scores = {id_: sum(each.short.get(id_, 0.0) for each in found) for id_ in ids}
        inside = [each for each in found if not each.body.isdisjoint(scores)]
        if inside:
            ranks = ", ".join([f"ts_rank({_ALL_ONE}, body, %s::tsquery)"] * len(inside))
            rows = self._rows(
                f"SELECT id, body_length, {ranks} FROM {SCHEMA}.doc WHERE id = ANY(%s::bigint[])",
                *(each.query for each in inside),
                list(ids),
            )
            for id_, length, *said in rows:
                for each, rank in zip(inside, said, strict=True):
                    if id_ in each.body:
                        times = 1 if each.is_phrase else _times(rank)
                        more = bm25.frequency(times, length, self._usual["body"])
                        scores[id_] += WEIGHTS["body"] * each.rarity * more
        return scores


def _times(rank: float) -> int:
    """Tell from ts_rank how many times a word was found: it sums 1/n² over them (PostgreSQL, tsrank.c)."""
    return bisect_left(_RANKS, rank * _PI - 1e-6) + 1
