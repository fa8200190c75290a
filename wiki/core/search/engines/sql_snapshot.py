"""Reading an index kept in SQL as one commit left it: combining, filtering, counting, in Python.

A statement finds who has a word; sets and dictionaries do the rest, since a join against what a reader
may not see takes seconds. Statements and scores are each engine's."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import cached_property
from heapq import nsmallest
from itertools import islice

from wiki.core.search.engines.base import (
    FACETS,
    Candidates,
    Filters,
    Mode,
    Query,
    Term,
    VocabularyWord,
)
from wiki.core.search.engines.lru_cache import Recent
from wiki.core.search.engines.sql_columns import Changes, Columns, Row
from wiki.core.search.index.document_terms import BEGINNING, counted, key, seconds_of

_MOST_WORDS = 50

Scores = Mapping[int, float]
_Base = tuple[tuple[Term, ...], tuple[Term, ...], Mode, frozenset[int]]


class SqlSnapshot(ABC):
    """Answers questions about one commit of an index; subclasses ask the database."""

    def __init__(self, seq: int, columns: Columns) -> None:
        self._seq = seq
        self._columns = columns
        self._bases = Recent[_Base, frozenset[int]](8)
        self._words = Recent[str, list[tuple[int, str, str]]](64)

    @abstractmethod
    def holders(self, term: Term) -> Set[int]:
        """Return the documents that have any sequence of a term."""

    @abstractmethod
    def scores(self, terms: Sequence[Term], ids: Set[int]) -> Scores:
        """Score these documents by the terms they have."""

    @abstractmethod
    def titles(self, ids: Collection[int]) -> dict[int, str]:
        """Return the titles of documents, by id."""

    @abstractmethod
    def versions(self) -> dict[int, int]:
        """Return the version of each document, by id."""

    @abstractmethod
    def changes(self, since: int) -> Changes:
        """Return what commits did after this one."""

    @abstractmethod
    def with_value(self, field: str, value: str) -> Set[int]:
        """Return the documents that have a facet's value, by its key."""

    @abstractmethod
    def with_beginning(self, beginning: str) -> Set[int]:
        """Return the documents with a title word that starts so."""

    @abstractmethod
    def with_words(self, words: Sequence[tuple[str, str]]) -> list[Set[int]]:
        """Return the documents with each word of the vocabulary, folded and surface."""

    @abstractmethod
    def lexicon(self, prefix: str) -> Iterable[tuple[int, str, str]]:
        """Return the words that start so: in how many documents, folded, surface."""

    def candidates(self, query: Query, denied: Set[int], mode: Mode, limit: int) -> Candidates:
        """Return the best documents that match and are not denied, and how many do."""
        found = self._found(query, mode, denied)
        if query.terms:
            scores = self.scores(query.terms, found)
        else:
            scores = {id_: float(self.rows[id_].updated) for id_ in found}
        best = nsmallest(limit, scores.items(), key=lambda hit: (-hit[1], hit[0]))
        return Candidates(best, len(found))

    def facets(
        self, query: Query, fields: Sequence[str], denied: Set[int], mode: Mode
    ) -> dict[str, list[tuple[str, int]]]:
        """Count the values of each field over the matches."""
        return {field: counted(self._values(query, field, denied, mode)) for field in fields}

    def suggestions(
        self, prefixes: Sequence[str], denied: Set[int], limit: int
    ) -> list[tuple[int, float]]:
        """Return the documents with a title word for each prefix, short titles first."""
        sets = [self.with_beginning(prefix[: BEGINNING[-1]]) for prefix in set(prefixes)]
        found = frozenset(sets[0]).intersection(*sets[1:]) - denied
        scored = ((id_, 1 / (1 + self.rows[id_].length)) for id_ in found & self.rows.keys())
        return nsmallest(limit, scored, key=lambda hit: (-hit[1], hit[0]))

    def frequency(self, term: Term, denied: Set[int], at_most: int) -> int:
        """Count the visible documents that have a term, up to a number."""
        visible = (id_ for id_ in self.holders(term) if id_ not in denied)
        return sum(1 for _ in islice(visible, at_most))

    def holding(self, term: Term, ids: Collection[int]) -> set[int]:
        """Return which of some documents have a term."""
        holders = self.holders(term)
        return {id_ for id_ in ids if id_ in holders}

    def vocabulary(
        self, prefix: str, denied: Set[int], accept: Callable[[str], bool]
    ) -> list[VocabularyWord]:
        """List the accepted words of visible titles and headings, the most frequent first."""
        words = self._words.fetch(prefix, lambda: _frequent_first(self.lexicon(prefix)))
        accepted = ((n, folded, surface) for n, folded, surface in words if accept(folded))
        found: list[VocabularyWord] = []
        while len(found) < _MOST_WORDS and (some := list(islice(accepted, _MOST_WORDS))):
            for (_n, folded, surface), seen in zip(some, self._seen(some, denied), strict=True):
                if seen:
                    found.append(VocabularyWord(surface, folded, seen))
        return sorted(found[:_MOST_WORDS], key=lambda word: -word.count)

    def _seen(self, words: Sequence[tuple[int, str, str]], denied: Set[int]) -> list[int]:
        """Count the visible documents that have each word."""
        if not denied:
            return [count for count, _folded, _surface in words]
        every = self.with_words([(folded, surface) for _n, folded, surface in words])
        return [len(ids - denied) for ids in every]

    @cached_property
    def rows(self) -> dict[int, Row]:
        """What is known of each document, by id."""
        return self._columns.refresh(self._seq, self.changes)

    def _values(self, query: Query, field: str, denied: Set[int], mode: Mode) -> Iterator[str]:
        place, rows = FACETS.index(field), self.rows
        unnarrowed = replace(query, filters=query.filters.without(field))
        for id_ in self._found(unnarrowed, mode, denied):
            if id_ in rows:
                yield from rows[id_].facets[place]

    def _found(self, query: Query, mode: Mode, denied: Set[int]) -> Set[int]:
        """Return every document that matches, passes the filters and is not denied."""
        asked = (query.terms, query.excluded, mode, frozenset(denied))
        found = self._bases.fetch(asked, lambda: self._matching(*asked))
        return self._allowed(query.filters, found)

    def _matching(
        self,
        terms: tuple[Term, ...],
        excluded: tuple[Term, ...],
        mode: Mode,
        denied: frozenset[int],
    ) -> frozenset[int]:
        needed = [self.holders(term) for term in terms if not term.optional]
        if not needed:
            found = frozenset(self.rows)
        elif mode == "any":
            found = frozenset(needed[0]).union(*needed[1:])
        else:
            needed.sort(key=len)
            found = frozenset(needed[0]).intersection(*needed[1:])
        return found.difference(denied, *(self.holders(term) for term in excluded))

    def _allowed(self, filters: Filters, found: frozenset[int]) -> Set[int]:
        """Keep the documents that pass the filters: all of them when there is none."""
        if not filters:
            return found
        sets = [self.with_value("tag", key(tag)) for tag in filters.tags]
        if filters.kinds:
            sets.append(set().union(*(self.with_value("kind", key(k)) for k in filters.kinds)))
        for name in ("form", "project", "author"):
            if value := getattr(filters, name):
                sets.append(self.with_value(name, key(value)))
        if filters.only is not None:
            sets.append(filters.only)
        kept: Set[int] = found.intersection(*sets)
        if filters.since or filters.until:
            first, last = seconds_of(filters)
            rows = self.rows
            kept = {id_ for id_ in kept if id_ in rows and first <= rows[id_].updated < last}
        return kept


def _frequent_first(words: Iterable[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    return sorted(words, key=lambda word: (-word[0], word[1], word[2]))
