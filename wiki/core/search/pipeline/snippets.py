"""Show why a page was found: two lines of its text and its title, with the words marked.

Words are marked by their stems, as they were found; everything else is escaped."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from wiki.core.search.pipeline import analysis, dates

LONGEST_TEXT = 100_000
"""Characters looked at: past these, a page is too long to be read for a snippet."""

PIECE = 10_000
"""Characters of a long text among which a passage is chosen."""

_ENOUGH = 3_000
"""Words found, after which the best passage so far will do."""

_HEAD = 3
"""Letters that a word and its stem have in common at their beginning."""

_ANY = {
    "a": "aàâäáãæ",
    "c": "cç",
    "e": "eéèêë",
    "i": "iîïí",
    "n": "nñ",
    "o": "oôöóœ",
    "u": "uùûüú",
    "y": "yÿ",
}
"""Letters as they may be written where the stem has none of their accents."""

_LEAD = 60
_ENDS = ".!?…:;"

Span = tuple[int, int, str]
"""Start, end and stem of a word to mark."""


def snippet(text: str, terms: Collection[str], *, lang: str, width: int = 220) -> Markup:
    """Return the passage with the most of the terms, about `width` characters, terms marked."""
    plain = " ".join(analysis.normal(text[:LONGEST_TEXT]).split())
    key = analysis.language(lang)
    spans = list(_spans(plain, terms, lambda surface: (analysis.term(surface, key),)))
    start, end = _passage(plain, spans, width)
    inside = [span for span in spans if start <= span[0] and span[1] <= end]
    before = "… " if start else ""
    after = " …" if end < len(plain) else ""
    return before + _marked(plain, inside, start, end) + after


def passage(
    text: str, terms: Collection[str], *, lang: str, width: int = 220
) -> tuple[Markup, int]:
    """Return the best passage of a long text, as `snippet` does, and its page.

    Pages are apart by form feeds and counted from 1; 0 where none has a term, or there is but one.
    Reading stops at the first passage that has them all, or once _ENOUGH words were found.
    """
    key, best, chosen, number = analysis.language(lang), (0, 0), text[:PIECE].split("\f")[0], 0
    # A word of the query may be several terms, by language, that mostly begin alike.
    wanted = {term for term in terms if term and not analysis.is_stop_word(term, key)} or set(terms)
    every, left = len({_head(term) for term in wanted}), _ENOUGH
    for page, piece in _pieces(text):
        spans = list(_spans(piece, wanted, lambda surface: (analysis.term(surface, key),)))
        worth, _place = _densest(spans, width)
        if worth > best:
            best, chosen, number = worth, piece, page
        left -= len(spans)
        if best[0] >= every or left < 0:
            break
    return snippet(chosen, terms, lang=lang, width=width), number if "\f" in text else 0


def mark(title: str, terms: Collection[str]) -> Markup:
    """Return a title with the terms marked."""
    plain = analysis.normal(title)
    return _marked(plain, list(_spans(plain, terms, analysis.stems)), 0, len(plain))


def _spans(
    text: str, terms: Collection[str], stems: Callable[[str], tuple[str, ...]]
) -> Iterator[Span]:
    wanted = frozenset(term for term in terms if term)
    if not wanted:
        return
    for start, piece in _likely(text, wanted):
        for word in analysis.dated_words(piece):
            found = next((s for s in word.kept or stems(word.surface) if s in wanted), None)
            if found:
                yield start + word.start, start + word.end, found


def _likely(text: str, wanted: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Give the words that begin as a term does: analysing every word of ten pages takes longer than the search."""
    for match in _beginnings(wanted).finditer(text):
        yield match.start(), match[0]


def _head(term: str) -> str:
    """The beginning to look for; œ and æ are one letter where the stem has two."""
    return term[:1] if term[:2] in {"oe", "ae"} else term[:_HEAD]


@lru_cache(maxsize=256)
def _beginnings(wanted: frozenset[str]) -> re.Pattern[str]:
    ways = sorted({way for term in wanted for way in _written(term)})
    dated = [dates.PATTERN] if any(dates.is_term(term) for term in wanted) else []
    # One set of letters first, and what stands before it after: three times faster than the reverse.
    firsts = "".join(sorted({first for first, _rest in ways}))
    rests = "|".join(f"(?<=[{first}]){rest}" for first, rest in ways)
    word = rf"[{firsts}](?<![^\W_].)(?:{rests})[^\W_]*(?:·[^\W_]+)*"
    found = "|".join([*dated, word] if ways else dated or ["(?!)"])
    return re.compile(found, re.IGNORECASE | re.VERBOSE | re.DOTALL)


def _written(term: str) -> list[tuple[str, str]]:
    """Return how a term begins in a text, as its first letters and what follows.

    Letters in any accent, 1000 as 1 000, ag as A.G.; dates have a pattern of their own.
    """
    if not term or dates.is_term(term):
        return []
    if term == "euro":
        return [("€", ""), ("e", "uro")]
    if term.isdigit():
        return [(term[0], "".join(rf"[\ \u00a0\u202f]?{digit}" for digit in term[1:]))]
    head = _head(term)
    dot = r"\.?" if len(term) <= _HEAD else ""
    return [(_letters(head[0]), "".join(f"{dot}[{_letters(char)}]" for char in head[1:]))]


def _letters(char: str) -> str:
    return _ANY.get(char) or re.escape(char)


def _passage(text: str, spans: list[Span], width: int) -> tuple[int, int]:
    """Choose where to cut: around the most different terms, at a sentence or word if near."""
    if len(text) <= width:
        return 0, len(text)
    _worth, first = _densest(spans, width)
    start = _sentence(text, first)
    end = len(text) if start + width >= len(text) else text.rfind(" ", start, start + width + 1)
    return start, end if end > start else start + width


def _densest(spans: Sequence[Span], width: int) -> tuple[tuple[int, int], int]:
    """Give what the best passage holds, as (different terms, terms), and where its first one is."""
    best, first = (0, 0), 0
    for place, (start, _end, _stem) in enumerate(spans):
        near = [span for span in spans[place : place + 50] if span[1] <= start + width - _LEAD]
        worth = (len({stem for *_place, stem in near}), len(near))
        if worth > best:
            best, first = worth, start
    return best, first


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Give a text in pieces of PIECE characters at most, with the page each is of."""
    for number, page in enumerate(text.split("\f"), start=1):
        start = 0
        while start < len(page) or not start:
            end = start + PIECE
            if end < len(page):
                end = max(page.rfind("\n", start, end), page.rfind(" ", start, end), start + 1)
            yield number, page[start:end]
            start = max(end, 1)


def _sentence(text: str, place: int) -> int:
    """Go back to the start of the sentence, or of a few words, before a place."""
    earliest = max(0, place - _LEAD)
    if not earliest:
        return 0
    ends = [text.rfind(f"{sign} ", earliest, place) for sign in _ENDS]
    if max(ends) >= 0:
        return max(ends) + 2
    space = text.find(" ", earliest, place)
    return space + 1 if space >= 0 else place


def _marked(text: str, spans: list[Span], start: int, end: int) -> Markup:
    parts, place = [], start
    for opening, closing, _stem in spans:
        parts += [
            escape(text[place:opening]),
            Markup("<mark>{}</mark>").format(text[opening:closing]),
        ]
        place = closing
    return Markup("").join([*parts, escape(text[place:end])])
