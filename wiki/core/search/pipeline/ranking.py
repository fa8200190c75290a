"""Order the best candidates by what their titles say, above what an engine's score says."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import NamedTuple

from wiki.core.search.engines.base import Term
from wiki.core.search.pipeline import analysis

COVERAGE = 1.0
CLOSENESS = 0.7
PRESENCE = 0.8
"""Worth of having the words anywhere, by share."""
COMPLETE = 0.8
"""Worth of having them all for the only one that does: it is what was looked for."""
SHARED = 0.7
"""How fast that worth falls with how many have them all: not so fast that four are as if none did."""
RARITY = 0.5
"""How much more a word says that is e times rarer than another: titles have frequent words by chance."""
BOOST = 0.1
"""The most that links and age may add: a tenth of the best score of a text."""


class _Ranked(NamedTuple):
    """A hit in the order to come: its value, negative, then its place among the hits."""

    value: float
    place: int
    id: int
    coverage: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term looked for: how many visible documents have it, and which of the hits are among them."""

    term: Term
    frequency: int
    holders: Set[int]


class _Title:
    """A title as terms: what its words may be indexed under, stop words left out."""

    def __init__(self, text: str) -> None:
        written = (analysis.meanings(word) for word in analysis.dated_words(text))
        self.words = [stems for stems in written if stems]
        self.stems = frozenset(stem for stems in self.words for stem in stems)

    def overlap(self, wanted: Sequence[Wanted], worths: Sequence[float]) -> tuple[float, float]:
        """Return the share of the terms found in the title, and of the title's words wanted."""
        if not wanted or not self.words:
            return 0.0, 0.0
        said = 0.0
        meant: dict[str, float] = {}
        for each, worth in zip(wanted, worths, strict=True):
            found = [
                (seq, weight) for seq, weight in each.term.weighted() if self.stems.issuperset(seq)
            ]
            said += worth * max((weight for _seq, weight in found), default=0.0)
            for seq, weight in found:
                meant.update({stem: max(weight, meant.get(stem, 0.0)) for stem in seq})
        close = (max(meant.get(stem, 0.0) for stem in stems) for stems in self.words)
        return said / sum(worths), sum(close) / len(self.words)


def by_title(
    hits: Sequence[tuple[int, float]],
    titles: dict[int, str],
    wanted: Sequence[Wanted],
    *,
    boosts: dict[int, float] | None = None,
) -> list[int]:
    """Sort hits by score, share of the words in the title, and share of the title in the words.

    What of the words a document has anywhere counts too. `boosts`, from 0 to 1, decide between
    neighbours whose titles say as much.
    """
    best = max((score for _id, score in hits), default=0.0) or 1.0
    worths = _worths(wanted)
    ranked: list[_Ranked] = []
    whole = frozenset(id_ for id_, _score in hits).intersection(*(one.holders for one in wanted))
    for place, (id_, score) in enumerate(hits):
        coverage, closeness = _title(titles.get(id_, "")).overlap(wanted, worths)
        value = score / best + COVERAGE * coverage + CLOSENESS * coverage * closeness
        value += PRESENCE * _held(id_, wanted, worths)
        if id_ in whole:
            value += COMPLETE / len(whole) ** SHARED
        ranked.append(_Ranked(-value, place, id_, coverage))
    return [each.id for each in _boosted(sorted(ranked), boosts or {})]


@lru_cache(maxsize=5_000)
def _title(text: str) -> _Title:
    return _Title(text)


def _worths(wanted: Sequence[Wanted]) -> list[float]:
    """Return how much each term says beside the most frequent one; one that nothing has, as little."""
    most = max((each.frequency for each in wanted), default=0)
    return [1 + RARITY * log(most / (each.frequency or most or 1) or 1) for each in wanted]


def _held(id_: int, wanted: Sequence[Wanted], worths: Sequence[float]) -> float:
    """Return the share of the terms that a document has somewhere."""
    held = (worth for each, worth in zip(wanted, worths, strict=True) if id_ in each.holders)
    return sum(held) / (sum(worths) or 1)


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


def _boosted(ranked: list[_Ranked], boosts: dict[int, float]) -> list[_Ranked]:
    """Let a document pass those just above, never one whose title has more of the words."""
    found: list[_Ranked] = []
    for each in ranked:
        own = BOOST * boosts.get(each.id, 0.0) - each.value
        place = len(found)
        while place:
            above = found[place - 1]
            if above.coverage > each.coverage:
                break
            if BOOST * boosts.get(above.id, 0.0) - above.value >= own:
                break
            place -= 1
        found.insert(place, each)
    return found
