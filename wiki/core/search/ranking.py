"""Order the best candidates by what their titles say, above what an engine's score says."""

from collections.abc import Sequence

from wiki.core.search import analysis
from wiki.core.search.base import Query

COVERAGE = 1.0
CLOSENESS = 0.5
COMPLETE = 0.3


def by_title(
    hits: Sequence[tuple[int, float]], titles: dict[int, str], query: Query, *, complete: int
) -> list[int]:
    """Sort hits by score, share of the words in the title, and share of the title in the words.

    The first `complete` hits have all the words somewhere, which counts too.
    """
    best = max((score for _id, score in hits), default=0.0) or 1.0
    ranked: list[tuple[float, int, int]] = []
    for place, (id_, score) in enumerate(hits):
        coverage, closeness = _overlap(titles.get(id_, ""), query)
        value = score / best + COVERAGE * coverage + CLOSENESS * coverage * closeness
        ranked.append((-value - COMPLETE * (place < complete), place, id_))
    return [id_ for _value, _place, id_ in sorted(ranked)]


def starts_first(
    hits: Sequence[tuple[int, float]], titles: dict[int, str], prefixes: Sequence[str]
) -> list[int]:
    """Sort suggestions: titles that start as typed, then those with whole words, then short ones.

    Titles without a word for each beginning are left out: engines may know only so many letters.
    """
    ranked: list[tuple[bool, int, int, int]] = []
    for place, (id_, _score) in enumerate(hits):
        words = [word.folded for word in analysis.words(titles.get(id_, ""))]
        if all(any(word.startswith(prefix) for word in words) for prefix in prefixes):
            whole = len(set(prefixes) & set(words))
            late = not words[0].startswith(prefixes[0])
            ranked.append((late, -whole, len(words), place))
    return [hits[place][0] for *_rank, place in sorted(ranked)]


def _overlap(title: str, query: Query) -> tuple[float, float]:
    """Give the share of the query's terms found in a title, and of the title's words wanted."""
    written = [analysis.stems(word.surface) for word in analysis.words(title)]
    words = [stems for stems in written if stems]
    have = {stem for stems in words for stem in stems}
    wanted = [t for t in query.terms if not t.optional]
    if not wanted or not words:
        return 0.0, 0.0
    hit = sum(any(have.issuperset(sequence) for sequence in term.sequences) for term in wanted)
    meant = {stem for term in wanted for sequence in term.sequences for stem in sequence}
    close = sum(not meant.isdisjoint(stems) for stems in words)
    return hit / len(wanted), close / len(words)
