"""Reading a Whoosh index as one commit left it: masks, matches, columns, words; never writing.

One snapshot lives until the next commit, so what it has computed once stays true for its life."""

import json
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence, Set
from functools import cached_property
from itertools import islice
from typing import Any, Generic, TypeVar

from whoosh import query as wq
from whoosh import scoring

from wiki.core.search.base import Filters, Mode, Query, Term, VocabularyWord
from wiki.core.search.whoosh_folder import STAMP, Stamp, key

WEIGHTS = {"title": 8.0, "headings": 2.0, "tags": 2.0, "body": 1.0}
_PHRASED = ("title", "headings", "body")
_MOST_WORDS = 50
_K = TypeVar("_K")
_V = TypeVar("_V")

Match = tuple[float, int, int]
"""Score, document number and id of a document that matches."""


class Recent(OrderedDict[_K, _V], Generic[_K, _V]):
    """The last values computed."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def fetch(self, wanted: _K, compute: Callable[[], _V]) -> _V:
        """Return a value, computing it when it is not at hand."""
        if wanted not in self:
            self[wanted] = compute()
            if len(self) > self._size:
                self.popitem(last=False)
        self.move_to_end(wanted)
        return self[wanted]


class Columns:
    """The columns of a segment: they never change, so one reading serves all its snapshots."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    @cached_property
    def ids(self) -> list[int]:
        """The id of each document."""
        return self._load("number")

    @cached_property
    def places(self) -> dict[int, int]:
        """The number of each document in the segment, by id."""
        return {id_: docnum for docnum, id_ in enumerate(self.ids)}

    @cached_property
    def updated(self) -> list[int]:
        """When each document was changed, in seconds."""
        return self._load("updated")

    @cached_property
    def versions(self) -> list[int]:
        """The version of each document."""
        return self._load("version")

    @cached_property
    def facets(self) -> list[list[str]]:
        """The kind, form, project, then tags of each document."""
        return [json.loads(bytes(raw)) for raw in self._load("facets")]

    def turn_to(self, reader: Any) -> None:
        """Read from a newly opened reader of the same segment from now on."""
        self._reader = reader

    def _load(self, name: str) -> list[Any]:
        column = self._reader.column_reader(name, translate=False)
        return [column[docnum] for docnum in range(self._reader.doc_count_all())]


class Leaf:
    """One segment of the index as this snapshot reads it."""

    def __init__(self, searcher: Any, offset: int, columns: Columns) -> None:
        self.searcher = searcher
        self.reader = searcher.reader()
        self.offset = offset
        self.columns = columns

    @cached_property
    def titles(self) -> Any:
        """The titles, by the number of the document."""
        return self.reader.column_reader("shown", translate=False)

    def live(self) -> Iterator[int]:
        """List the documents that are not deleted, by their number in the segment."""
        ids = self.columns.ids
        gone = self.reader.is_deleted
        return (docnum for docnum in range(len(ids)) if ids[docnum] != STAMP and not gone(docnum))

    def having(self, field: str, text: str) -> Iterator[int]:
        """List the documents that have a term, by their number in the segment."""
        if (field, text) in self.reader:
            yield from self.reader.postings(field, text).all_ids()


class Snapshot:
    """Answers questions about one commit of the index."""

    def __init__(self, opened: Any, known: dict[str, Columns]) -> None:
        self.searcher = opened.searcher(weighting=scoring.BM25F())
        self.leaves: list[Leaf] = []
        self.columns: dict[str, Columns] = {}
        for searcher, offset in self.searcher.leaf_searchers():
            reader = searcher.reader()
            segment = reader.segment().segment_id()
            columns = self.columns[segment] = known.get(segment) or Columns(reader)
            columns.turn_to(reader)
            self.leaves.append(Leaf(searcher, offset, columns))
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
            for docnum in leaf.live():
                self.facets(leaf.offset + docnum), self.title(leaf.offset + docnum)

    def is_untidy(self, most_segments: int) -> bool:
        """Say whether there are many segments, or many documents deleted but still there."""
        reader = self.searcher.reader()
        deleted = reader.doc_count_all() - reader.doc_count()
        return len(self.leaves) > most_segments or deleted > reader.doc_count() // 4 + 10

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
        wanted = wq.And([wq.Term("grams", prefix[:8]) for prefix in prefixes])
        return sorted(self._scored(wanted, None, self._mask(denied)), key=_best_first)[:limit]

    def titles(self, ids: Collection[int]) -> dict[int, str]:
        """Return the titles of documents, by id."""
        return {id_: self.title(place) for place, id_ in self._places(frozenset(ids))}

    def title(self, docnum: int) -> str:
        """Return the title of a document, by its number."""
        leaf = self._leaf(docnum)
        return bytes(leaf.titles[docnum - leaf.offset]).decode()

    def facets(self, docnum: int) -> list[str]:
        """Return the kind, form, project, then tags of a document, by its number."""
        leaf = self._leaf(docnum)
        return leaf.columns.facets[docnum - leaf.offset]

    def frequency(self, term: Term, denied: Set[int], at_most: int) -> int:
        """Count the visible documents that have a term, up to a number."""
        mask = self._mask(denied)
        found: set[int] = set()
        for part in _parts(term, self.searcher.reader()):
            # One field after the other: common words are enough in the first.
            found.update(islice(self._visible(part, mask), at_most))
            if len(found) >= at_most:
                return at_most
        return len(found)

    def vocabulary(
        self, prefix: str, denied: Set[int], accept: Callable[[str], bool]
    ) -> list[VocabularyWord]:
        """List the accepted words of visible titles and headings, the most frequent first."""
        mask = self._mask(denied)
        found: list[VocabularyWord] = []
        for _count, folded, surface in self._words.fetch(prefix, lambda: self._lexicon(prefix)):
            if accept(folded):
                term = wq.Term("words", f"{folded}/{surface}")
                if seen := sum(1 for _ in self._visible(term, mask)):
                    found.append(VocabularyWord(surface, folded, seen))
                if len(found) == _MOST_WORDS:
                    break
        return sorted(found, key=lambda word: -word.count)

    def close(self) -> None:
        """Close the files; columns already read stay."""
        self.searcher.close()

    def _leaf(self, docnum: int) -> Leaf:
        return next(leaf for leaf in reversed(self.leaves) if leaf.offset <= docnum)

    def _places(self, ids: Set[int]) -> Iterator[tuple[int, int]]:
        """Find live documents by id; give their number and id."""
        for leaf in self.leaves:
            places = leaf.columns.places
            for id_ in ids & places.keys():
                if not leaf.reader.is_deleted(places[id_]):
                    yield leaf.offset + places[id_], id_

    def _match(self, query: Query, mode: Mode, denied: frozenset[int]) -> list[Match]:
        mask = self._mask(denied)
        allowed = self._allowed(query.filters)
        if query.excluded:
            mask |= self._holding(query.excluded)
        if not query.terms:
            return self._newest(allowed, mask)
        wanted = _question(query, mode, self.searcher.reader())
        return sorted(self._scored(wanted, allowed, mask), key=_best_first)

    def _mask(self, denied: Set[int]) -> frozenset[int]:
        """Return the numbers of denied documents; ids are looked up once for a set of them."""
        kept = frozenset(denied)
        return self._masks.fetch(kept, lambda: frozenset(self.docnums(kept) if kept else ()))

    def _allowed(self, filters: Filters) -> set[int] | None:
        """Return the documents that pass the filters, None when there is no filter."""
        sets = [self._filed("tag", tag) for tag in filters.tags]
        if filters.kinds:
            sets.append(set().union(*(self._filed("kind", kind) for kind in filters.kinds)))
        sets += [self._filed(n, v) for n in ("form", "project") if (v := getattr(filters, n))]
        return set.intersection(*sets) if sets else None

    def _filed(self, field: str, value: str) -> set[int]:
        filed = key(value)
        return {
            leaf.offset + docnum for leaf in self.leaves for docnum in leaf.having(field, filed)
        }

    def _holding(self, terms: Sequence[Term]) -> frozenset[int]:
        clauses = wq.Or([_clause(term, self.searcher.reader()) for term in terms])
        return frozenset(self._visible(clauses, frozenset()))

    def _newest(self, allowed: set[int] | None, mask: frozenset[int]) -> list[Match]:
        found = [
            (float(leaf.columns.updated[docnum]), leaf.offset + docnum, leaf.columns.ids[docnum])
            for leaf in self.leaves
            for docnum in leaf.live()
            if leaf.offset + docnum not in mask
            and (allowed is None or leaf.offset + docnum in allowed)
        ]
        return sorted(found, key=_best_first)

    def _scored(
        self, wanted: Any, allowed: set[int] | None, mask: frozenset[int]
    ) -> Iterator[Match]:
        wanted = wanted.normalize()
        context = self.searcher.context()
        for leaf in self.leaves:
            ids, offset = leaf.columns.ids, leaf.offset
            matcher = wanted.matcher(leaf.searcher, context)
            while matcher.is_active():
                docnum = matcher.id()
                place = docnum + offset
                if place not in mask and (allowed is None or place in allowed):
                    yield matcher.score(), place, ids[docnum]
                matcher.next()

    def _visible(self, wanted: Any, mask: frozenset[int]) -> Iterator[int]:
        for docnum in self.searcher.docs_for_query(wanted.normalize()):
            if docnum not in mask:
                yield docnum

    def _lexicon(self, prefix: str) -> list[tuple[int, str, str]]:
        """List the words that start with a prefix, in how many documents, folded and surface."""
        reader = self.searcher.reader()
        found = []
        for raw in reader.expand_prefix("words", prefix):
            folded, surface = bytes(raw).decode().split("/", 1)
            found.append((-reader.doc_frequency("words", raw), folded, surface))
        return sorted(found)


def _best_first(match: Match) -> tuple[float, int]:
    return -match[0], match[2]


def _question(query: Query, mode: Mode, reader: Any) -> Any:
    """Make the Whoosh query; nothing of the reader's rights or of filters goes into it."""
    if mode == "any":
        return wq.Or([_clause(term, reader) for term in query.terms])
    needed = [_clause(term, reader) for term in query.terms if not term.optional]
    helping = [_clause(term, reader) for term in query.terms if term.optional]
    question = wq.And(needed) if needed else wq.NullQuery
    return wq.AndMaybe(question, wq.Or(helping)) if helping else question


def _clause(term: Term, reader: Any) -> Any:
    """Ask for any sequence of a term in any field."""
    parts = list(_parts(term, reader))
    return wq.Or(parts) if parts else wq.NullQuery


def _parts(term: Term, reader: Any) -> Iterator[Any]:
    """Ask for each sequence in each field, as far as the index has its words."""
    for words in term.sequences:
        for name, weight in WEIGHTS.items():
            if not all((name, word) in reader for word in words):
                continue
            if len(words) == 1:
                yield wq.Term(name, words[0], boost=weight)
            elif name in _PHRASED:
                yield wq.Phrase(name, list(words), boost=weight)
        if term.small and ("small", words[0]) in reader:
            yield wq.Term("small", words[0], boost=WEIGHTS["title"])
