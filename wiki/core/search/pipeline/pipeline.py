"""What happens between a search box and an engine: parse, mend, match, rank, count.

It knows no page and no person: callers give the ids a reader may not see, check rights again in SQL
for the hits they show, and make snippets from their own text."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field

from wiki.core.search.engines.base import Engine, Filters, IndexUnavailable, Mode, Query, Term
from wiki.core.search.pipeline import analysis, expansion, spelling
from wiki.core.search.pipeline.expansion import Synonyms
from wiki.core.search.pipeline.query import parse
from wiki.core.search.pipeline.ranking import Wanted, by_title, starts_first

Signals = Callable[[Sequence[int]], dict[int, float]]
"""What else speaks for documents, from 0 to 1 by id: their age, the links to them."""

WINDOW = 50
"""How many of the best are ranked again by their titles."""

ENOUGH = 15
"""Under so many documents with all of two words, those with one follow; for each word more, as
many again, since long pages have any words by chance. At most WINDOW."""

_FREQUENT = 2_000
"""Documents beyond which a word is frequent, however many have it."""


@dataclass(frozen=True, slots=True)
class Result:
    """One page of answers.

    `total` counts every document found that is not denied: those with all the words, or, when
    these are not ENOUGH, those with any; offsets up to it reach them all. `corrected` is
    the query as it was understood, "" when as typed. `query` is what was read, with the filters
    typed. `available` is false during a rebuild.
    """

    total: int = 0
    hits: list[int] = field(default_factory=list)
    corrected: str = ""
    terms: tuple[str, ...] = ()
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    available: bool = True
    query: Query = field(default_factory=Query)


@dataclass(frozen=True, slots=True)
class _Found:
    hits: list[tuple[int, float]]
    total: int
    mode: Mode


def search(
    engine: Engine,
    raw: str | Query,
    *,
    denied: Set[int] = frozenset(),
    filters: Filters | None = None,
    limit: int = 10,
    offset: int = 0,
    facets: Sequence[str] = (),
    synonyms: Synonyms | None = None,
    signals: Signals | None = None,
    exact: bool = False,
) -> Result:
    """Find documents for what a person typed; `exact` neither corrects nor adds to it."""
    query = parse(raw, filters) if isinstance(raw, str) else raw
    denied = frozenset(denied)
    if not query:
        return Result(query=query)
    try:
        mended = _understood(engine, query, denied, synonyms, exact=exact)
        found = _find(engine, mended.query, denied, offset + limit)
        hits = _ranked(engine, mended.query, denied, found, signals)
        counts = engine.facets(mended.query, facets, denied, mode=found.mode) if facets else {}
    except IndexUnavailable:
        return Result(available=False, query=query)
    return Result(
        total=found.total,
        hits=hits[offset : offset + limit],
        corrected=mended.corrected,
        terms=_marked(mended.query),
        facets=counts,
        query=query,
    )


def suggest(
    engine: Engine,
    raw: str,
    *,
    denied: Set[int] = frozenset(),
    limit: int = 8,
    synonyms: Synonyms | None = None,
) -> list[int]:
    """Find documents while a person is typing: by the beginnings of words, else as a search."""
    prefixes = [word.folded for word in analysis.words(raw[:200]) if len(word.folded) > 1]
    if not prefixes:
        return []
    try:
        hits = engine.suggest(prefixes[:8], denied, WINDOW)
        if hits:
            return starts_first(hits, engine.titles([id_ for id_, _ in hits]), prefixes)[:limit]
    except IndexUnavailable:
        return []
    return search(engine, raw, denied=denied, limit=limit, synonyms=synonyms).hits


def _understood(
    engine: Engine, query: Query, denied: Set[int], synonyms: Synonyms | None, *, exact: bool
) -> spelling.Mended:
    if exact:
        return spelling.Mended(query, "")
    wider = expansion.expand(query, synonyms or expansion.synonyms_of())
    return spelling.mend(engine, wider, denied=denied)


def _find(engine: Engine, query: Query, denied: Set[int], wanted: int) -> _Found:
    depth = max(WINDOW, wanted)
    every = engine.candidates(query, denied=denied, mode="all", limit=depth)
    needed = sum(not term.optional for term in query.terms)
    enough = min(ENOUGH * (needed - 1), WINDOW)
    if every.total >= enough:
        return _Found(every.hits, every.total, "all")
    some = engine.candidates(query, denied=denied, mode="any", limit=depth + enough)
    first = {id_ for id_, _score in every.hits}
    more = [hit for hit in some.hits if hit[0] not in first]
    return _Found(every.hits + more, some.total, "any")


def _ranked(
    engine: Engine,
    query: Query,
    denied: Set[int],
    found: _Found,
    signals: Signals | None = None,
) -> list[int]:
    if not query.terms:
        return [id_ for id_, _score in found.hits]
    window, rest = found.hits[:WINDOW], found.hits[WINDOW:]
    ids = [id_ for id_, _score in window]
    boosts = signals(ids) if signals and ids else {}
    wanted = [_wanted(engine, term, denied, ids) for term in query.terms if not term.optional]
    ranked = by_title(window, engine.titles(ids), wanted, boosts=boosts)
    return ranked + [id_ for id_, _score in rest]


def _wanted(engine: Engine, term: Term, denied: Set[int], ids: Sequence[int]) -> Wanted:
    frequency = engine.frequency(term, denied, at_most=_FREQUENT)
    return Wanted(term, frequency, engine.holding(term, ids))


def _marked(query: Query) -> tuple[str, ...]:
    """Give the stems that snippets mark."""
    found = (t for term in query.terms if not term.optional for s in term.sequences for t in s)
    return tuple(dict.fromkeys(found))
