"""Mend the words of a query that no visible document has, from the words of titles and headings.

Only what the engine counts as visible to this reader is ever proposed."""

from collections.abc import Set
from dataclasses import dataclass, replace
from functools import lru_cache

from wiki.core.search.engines.base import Engine, Query, Term, VocabularyWord
from wiki.core.search.pipeline import analysis
from wiki.core.search.pipeline.expansion import relatives

MOST_MENDED = 6
SHORTEST = 4
_RARE = 3
_COMMON = 5
_COMPLETIONS = 12
_ALTERNATIVES = 3
_ELIDED = "cdjlmnst"
_SHORTEST_PART = 3
_LONGEST_RUN = 30
"""Letters beyond which a word is not read as two that stand together."""
_LETTERS_A_MISTAKE = 3


@dataclass(frozen=True, slots=True)
class Mended:
    """A query whose unknown words also mean something known, and how to show it."""

    query: Query
    corrected: str


def mend(engine: Engine, query: Query, *, denied: Set[int]) -> Mended:
    """Complete the last word and correct the others, when they are unknown.

    What was typed keeps its place in the query: corrections are alternatives, never replacements.
    """
    terms = list(query.terms)
    shown: list[tuple[Term, str]] = []
    for place in _doubtful(engine, query, denied)[:MOST_MENDED]:
        term = terms[place]
        known = engine.frequency(term, denied, at_most=_RARE)
        if not known and place == _last(query) and (ends := _completions(engine, term, denied)):
            terms[place] = _with(term, ends)
        elif close := _corrections(engine, term, known, denied):
            terms[place] = _with(term, close)
            shown.append((term, close[0].surface))
        elif parts := _split(engine, term, denied):
            terms[place] = parts
            shown.append((term, parts.text))
    return Mended(replace(query, terms=tuple(terms)), _show(query, shown))


def distance(one: str, other: str, most: int) -> int:
    """Count the letters added, dropped, changed or swapped between two words, up to `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != against))
            if last and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return most + 1
    return min(row[-1], most + 1)


def _doubtful(engine: Engine, query: Query, denied: Set[int]) -> list[int]:
    """Give the places of the words that hardly any visible document has."""
    return [
        place
        for place, term in enumerate(query.terms)
        if _is_word(term) and engine.frequency(term, denied, at_most=_RARE) < _RARE
    ]


def _is_word(term: Term) -> bool:
    return not (term.optional or term.small or term.quoted) and len(term.sequences[0]) == 1


def _last(query: Query) -> int:
    return max(range(len(query.terms)), key=lambda place: query.terms[place].end)


def _completions(engine: Engine, term: Term, denied: Set[int]) -> list[VocabularyWord]:
    if len(term.folded) < SHORTEST - 1:
        return []
    return engine.vocabulary(term.folded, denied)[:_COMPLETIONS]


def _corrections(engine: Engine, term: Term, known: int, denied: Set[int]) -> list[VocabularyWord]:
    """Give the nearest words; a rare word needs a much more common one, a letter away."""
    word = term.folded
    if len(word) < SHORTEST or not word.isalpha():
        return []
    if known:
        found = _nearest(engine, word, word[:2], 1, denied)
        return (
            [] if any(w.folded == word for w in found) else [w for w in found if w.count >= _COMMON]
        )
    # Swapped second and third letters leave only the first to look a word up by.
    # Two mistakes need a longer one in common: "rejoindre" is no misspelling of "répondre".
    for beginning, most in ((word[:2], 1), (word[:1], 1), (word[:3], 2)):
        if most * _LETTERS_A_MISTAKE <= len(word) and (
            found := _nearest(engine, word, beginning, most, denied)
        ):
            return found
    return []


def _nearest(
    engine: Engine, word: str, beginning: str, most: int, denied: Set[int]
) -> list[VocabularyWord]:
    """Give the visible words at the least distance, the most frequent first."""
    found = engine.vocabulary(beginning, denied, accept=lambda w: _near(word, w, most) <= most)
    least = min((_near(word, each.folded, most) for each in found), default=0)
    ranked = [each for each in found if _near(word, each.folded, most) == least]
    return ranked[:_ALTERNATIVES]


def _split(engine: Engine, term: Term, denied: Set[int]) -> Term | None:
    """Read a word as two that stand together somewhere: "prudhommes", "didentité"."""
    word = term.text
    if len(word) > _LONGEST_RUN:
        return None
    for cut in range(1, len(word) - 2):
        text = f"{word[:cut]} {word[cut:]}"
        if cut == 1 and word[0] in _ELIDED:
            text = f"{word[0]}'{word[1:]}"
        elif cut < _SHORTEST_PART:
            continue
        for lang in analysis.LANGUAGES:
            sequence = tuple(analysis.terms(text, lang))
            split = replace(term, text=text, sequences=(sequence,), weights=())
            if sequence and engine.frequency(split, denied, at_most=1):
                return replace(term.also([sequence], 1.0), text=text)
    return None


@lru_cache(maxsize=50_000)
def _near(one: str, other: str, most: int) -> int:
    return distance(one, other, most)


def _with(term: Term, found: list[VocabularyWord]) -> Term:
    """Let a term mean other words too, and what is near the likeliest of them."""
    for each in found:
        term = term.also(((stem,) for stem in analysis.stems(each.surface)), 1.0)
    return relatives(term, found[0].surface)


def _show(query: Query, shown: list[tuple[Term, str]]) -> str:
    """Write the query again with its corrections, "" when there is none."""
    text = query.typed
    for term, surface in sorted(shown, key=lambda each: -each[0].start):
        text = text[: term.start] + surface + text[term.end :]
    return text if shown else ""
