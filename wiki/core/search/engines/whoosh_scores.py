"""How well each document of a snapshot answers each term: BM25F over the fields of a Whoosh index.

A term is scored once for a query, however its documents are combined after; Whoosh's own query
trees would score it for each combination, ten times slower."""

from collections.abc import Iterator, Sequence
from typing import Any

from whoosh import query as wq
from whoosh import scoring

from wiki.core.search.engines.base import Term, Weighted
from wiki.core.search.engines.lru_cache import Recent
from wiki.core.search.engines.whoosh_columns import Leaf
from wiki.core.search.index.document_terms import WEIGHTS

MOST_KEPT = 200_000
"""Scores kept at hand, over all the terms asked lately: some 20 MB."""

_PHRASED = ("title", "headings", "body")
_BM25F = scoring.BM25F()

Scores = dict[int, float]
"""A score for each document that has a term, by its number."""


class Scorer:
    """Scores the terms of queries over the leaves of one snapshot."""

    def __init__(self, searcher: Any, leaves: Sequence[Leaf]) -> None:
        self._searcher = searcher
        self._leaves = leaves
        self._known = Recent[tuple[Weighted, bool], Scores](MOST_KEPT, weigh=len)

    def of(self, term: Term) -> Scores:
        """Score the documents that have any sequence of a term in any field."""
        return self._known.fetch((term.weighted(), term.small), lambda: self._score(term))

    def of_beginning(self, prefix: str) -> Scores:
        """Score the documents with a title word that starts so; short titles score more."""
        found: Scores = {}
        self._add_word(found, "grams", prefix, 1.0)
        return found

    def _score(self, term: Term) -> Scores:
        found: Scores = {}
        for sequence, worth in term.weighted():
            for field, weight in _worth(worth).items():
                if len(sequence) == 1:
                    self._add_word(found, field, sequence[0], weight)
                elif field in _PHRASED:
                    self._add_phrase(found, field, sequence, weight)
            if term.small:
                self._add_word(found, "small", sequence[0], WEIGHTS["title"])
        return found

    def _add_word(self, found: Scores, field: str, word: str, weight: float) -> None:
        idf = self._searcher.idf(field, word)
        usual = self._searcher.avg_field_length(field) or 1
        for leaf in self._leaves:
            for docnum, times in leaf.postings(field, word):
                length = leaf.columns.length(field, docnum)
                score = scoring.bm25(idf, times, length, usual, _BM25F.B, _BM25F.K1)
                place = leaf.offset + docnum
                found[place] = found.get(place, 0.0) + weight * score

    def _add_phrase(self, found: Scores, field: str, words: Sequence[str], weight: float) -> None:
        reader = self._searcher.reader()
        if not all((field, word) in reader for word in words):
            return
        phrase = wq.Phrase(field, list(words))
        context = self._searcher.context()
        for leaf in self._leaves:
            for docnum, score in _run(phrase.matcher(leaf.searcher, context)):
                place = leaf.offset + docnum
                found[place] = found.get(place, 0.0) + weight * score


def _worth(share: float) -> dict[str, float]:
    return {field: weight * share for field, weight in WEIGHTS.items()}


def _run(matcher: Any) -> Iterator[tuple[int, float]]:
    while matcher.is_active():
        yield matcher.id(), matcher.score()
        matcher.next()
