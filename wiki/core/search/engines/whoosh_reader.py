"""Reading a Whoosh index as one commit left it: masks, matches, facets, words; never writing.

One snapshot lives until the next commit, so what it has computed once stays true for its life."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from itertools import islice
from typing import Any

from wiki.core.search.engines.base import FACETS, Filters, Mode, Query, Term, VocabularyWord
from wiki.core.search.engines.lru_cache import Recent
from wiki.core.search.engines.whoosh_columns import Columns, Leaf
from wiki.core.search.engines.whoosh_folder import STAMP, Stamp
from wiki.core.search.engines.whoosh_merging import to_merge
from wiki.core.search.engines.whoosh_scores import Scorer
from wiki.core.search.index.document_terms import key, seconds_of

_MOST_WORDS = 50

Match = tuple[float, int, int]
"""Score, document number and id of a document that matches."""


class Snapshot:
    """Answers questions about one commit of the index."""

    def __init__(self, opened: Any, known: dict[str, Columns]) -> None:
        self.searcher = opened.searcher()
        self.leaves: list[Leaf] = []
        self.columns: dict[str, Columns] = {}
        for searcher, offset in self.searcher.leaf_searchers():
            reader = searcher.reader()
            segment = reader.segment().segment_id()
            columns = self.columns[segment] = known.get(segment) or Columns(reader)
            columns.turn_to(reader)
            self.leaves.append(Leaf(searcher, offset, columns))
        self._starts = [leaf.offset for leaf in self.leaves]
        self._scorer = Scorer(self.searcher, self.leaves)
        self._masks = Recent[frozenset[int], frozenset[int]](32)
        self._matches = Recent[tuple[Query, Mode, frozenset[int]], list[Match]](8)
        self._words = Recent[str, list[tuple[int, str, str]]](256)

    def stamp(self) -> Stamp:
        """Return what the index says of itself."""
        for leaf in self.leaves:
            for docnum in leaf.having("id", str(STAMP)):
                return Stamp(*leaf.reader.stored_fields(docnum)["stamp"])
        raise LookupError("the index has no stamp")

    def verify(self) -> None:
        """Read everything; a damaged index raises something."""
        self.stamp()
        for leaf in self.leaves:
            for name, text in leaf.reader.all_terms():
                for _docnum in leaf.reader.postings(name, text).all_ids():
                    pass
            docnums = [leaf.offset + docnum for docnum in leaf.live()]
            list(self.facet("kind", docnums)), [self.title(docnum) for docnum in docnums]

    def is_untidy(self) -> bool:
        """Say whether segments are better merged."""
        return bool(to_merge([leaf.reader.segment() for leaf in self.leaves]))

    def versions(self) -> dict[int, int]:
        """Return the version of each document, by id."""
        return {
            leaf.columns.ids[docnum]: leaf.columns.versions[docnum]
            for leaf in self.leaves
            for docnum in leaf.live()
        }

    def docnums(self, ids: Set[int]) -> list[int]:
        """Return the numbers of live documents, the stamp included, by id."""
        return [place for place, _id in self._places(ids)]

    def matches(self, query: Query, mode: Mode, denied: Set[int]) -> list[Match]:
        """Return every document that matches and is not denied, best first."""
        asked = (query, mode, frozenset(denied))
        return self._matches.fetch(asked, lambda: self._match(*asked))

    def suggestions(self, prefixes: Sequence[str], denied: Set[int], limit: int) -> list[Match]:
        """Return the documents with a title word for each prefix, shortest first."""
        scores = [self._scorer.of_beginning(prefix[:8]) for prefix in prefixes]
        places = set.intersection(*map(set, scores)) - self._mask(denied)
        return self._best((place, sum(each[place] for each in scores)) for place in places)[:limit]

    def titles(self, ids: Collection[int]) -> dict[int, str]:
        """Return the titles of documents, by id."""
        return {id_: self.title(place) for place, id_ in self._places(frozenset(ids))}

    def title(self, docnum: int) -> str:
        """Return the title of a document, by its number."""
        leaf = self._leaf(docnum)
        return bytes(leaf.titles[docnum - leaf.offset]).decode()

    def facet(self, name: str, docnums: Iterable[int]) -> Iterator[str]:
        """Give the values of a facet of documents, by their numbers."""
        at, starts = FACETS.index(name), self._starts
        facets = [leaf.columns.facets for leaf in self.leaves]
        for docnum in docnums:
            place = bisect_right(starts, docnum) - 1
            yield from facets[place][docnum - starts[place]][at]

    def frequency(self, term: Term, denied: Set[int], at_most: int) -> int:
        """Count the visible documents that have a term, up to a number."""
        mask = self._mask(denied)
        visible = (place for place in self._scorer.of(term) if place not in mask)
        return sum(1 for _ in islice(visible, at_most))

    def holding(self, term: Term, ids: Collection[int]) -> set[int]:
        """Return which of some documents have a term."""
        scores = self._scorer.of(term)
        return {id_ for place, id_ in self._places(frozenset(ids)) if place in scores}

    def vocabulary(
        self, prefix: str, denied: Set[int], accept: Callable[[str], bool]
    ) -> list[VocabularyWord]:
        """List the accepted words of visible titles and headings, the most frequent first."""
        mask = self._mask(denied)
        found: list[VocabularyWord] = []
        for _count, folded, surface in self._words.fetch(prefix, lambda: self._lexicon(prefix)):
            if accept(folded):
                if seen := len(self._having("words", f"{folded}/{surface}") - mask):
                    found.append(VocabularyWord(surface, folded, seen))
                if len(found) == _MOST_WORDS:
                    break
        return sorted(found, key=lambda word: -word.count)

    def close(self) -> None:
        """Close the files; columns already read stay."""
        self.searcher.close()

    def _leaf(self, docnum: int) -> Leaf:
        return self.leaves[bisect_right(self._starts, docnum) - 1]

    def _places(self, ids: Set[int]) -> Iterator[tuple[int, int]]:
        """Find live documents by id; give their number and id."""
        for leaf in self.leaves:
            places = leaf.columns.places
            for id_ in ids & places.keys():
                if not leaf.reader.is_deleted(places[id_]):
                    yield leaf.offset + places[id_], id_

    def _match(self, query: Query, mode: Mode, denied: frozenset[int]) -> list[Match]:
        places = self._candidates(query, mode) - self._mask(denied)
        for term in query.excluded:
            places -= self._scorer.of(term).keys()
        places &= self._allowed(query.filters, places)
        if not query.terms:
            return self._best((place, self._changed(place)) for place in places)
        scores = [self._scorer.of(term) for term in query.terms]
        return self._best((place, sum(s.get(place, 0.0) for s in scores)) for place in places)

    def _candidates(self, query: Query, mode: Mode) -> set[int]:
        """Return the documents that have all or any of the terms that are not optional."""
        needed = [self._scorer.of(term).keys() for term in query.terms if not term.optional]
        if not needed:
            return {leaf.offset + docnum for leaf in self.leaves for docnum in leaf.live()}
        needed.sort(key=len)
        found = set(needed[0])
        return found.union(*needed) if mode == "any" else found.intersection(*needed)

    def _best(self, scored: Iterable[tuple[int, float]]) -> list[Match]:
        found = [(score, place, self._id(place)) for place, score in scored]
        return sorted(found, key=lambda match: (-match[0], match[2]))

    def _mask(self, denied: Set[int]) -> frozenset[int]:
        """Return the numbers of denied documents; ids are looked up once for a set of them."""
        kept = frozenset(denied)
        return self._masks.fetch(kept, lambda: frozenset(self.docnums(kept) if kept else ()))

    def _allowed(self, filters: Filters, places: set[int]) -> set[int]:
        """Return the documents that pass the filters: all these when there is none."""
        sets = [places, *(self._having("tag", key(tag)) for tag in filters.tags)]
        if filters.kinds:
            sets.append(set().union(*(self._having("kind", key(kind)) for kind in filters.kinds)))
        for name in ("form", "project", "author"):
            if value := getattr(filters, name):
                sets.append(self._having(name, key(value)))
        if filters.only is not None:
            sets.append(set(self.docnums(filters.only)))
        found = set.intersection(*sets)
        if filters.since or filters.until:
            first, last = seconds_of(filters)
            found = {place for place in found if first <= self._changed(place) < last}
        return found

    def _having(self, field: str, text: str) -> set[int]:
        return {leaf.offset + docnum for leaf in self.leaves for docnum in leaf.having(field, text)}

    def _id(self, place: int) -> int:
        leaf = self._leaf(place)
        return leaf.columns.ids[place - leaf.offset]

    def _changed(self, place: int) -> float:
        leaf = self._leaf(place)
        return float(leaf.columns.updated[place - leaf.offset])

    def _lexicon(self, prefix: str) -> list[tuple[int, str, str]]:
        """List the words that start with a prefix, in how many documents, folded and surface."""
        reader = self.searcher.reader()
        found = []
        for raw in reader.expand_prefix("words", prefix):
            folded, surface = bytes(raw).decode().split("/", 1)
            found.append((-reader.doc_frequency("words", raw), folded, surface))
        return sorted(found)
