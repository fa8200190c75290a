"""Read what people type into a Query: words, "phrases", -word, tag:x, form:x, project:x, kind:x.

Nothing typed is an error, and no engine's own query language is ever reached."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from wiki.core.search import analysis
from wiki.core.search.base import Filters, Query, Term

MOST_TERMS = 32
MOST_CHARACTERS = 2_000
LONGEST_VALUE = 100

_OPERATORS = {
    "tag": "tag",
    "etiquette": "tag",
    "motcle": "tag",
    "form": "form",
    "formulaire": "form",
    "project": "project",
    "projet": "project",
    "kind": "kind",
    "type": "kind",
}
_QUOTES = str.maketrans("«»“”„", '"""""')
_PIECE = re.compile(
    r"""
    (?P<minus>(?<!\S)[-−–](?=[\w"]))?
    (?: (?P<key>[^\W\d_]+):(?P<value>"[^"]*"|[^\s"]+)
      | "(?P<phrase>[^"]*)"
      | (?P<plain>[^\s"]+) )
    """,
    re.VERBOSE,
)


@dataclass
class _Reading:
    """What has been read so far."""

    terms: list[Term] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    small: list[Term] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    form: str = ""
    project: str = ""
    tags: list[str] = field(default_factory=list)


def parse(raw: str, filters: Filters | None = None) -> Query:
    """Read a query; what is typed wins over the filters given, except tags, which add up."""
    reading = _Reading()
    typed = analysis.normal(raw[:MOST_CHARACTERS])
    for piece in _PIECE.finditer(typed.translate(_QUOTES)):
        _read(piece, reading)
    given = filters or Filters()
    return Query(
        typed=typed,
        terms=_distinct(_settle(reading))[:MOST_TERMS],
        excluded=_distinct(reading.excluded)[:MOST_TERMS],
        filters=replace(
            given,
            kinds=frozenset(reading.kinds) or given.kinds,
            form=reading.form or given.form,
            project=reading.project or given.project,
            tags=tuple(dict.fromkeys((*given.tags, *reading.tags)))[:MOST_TERMS],
        ),
    )


def _read(piece: re.Match[str], reading: _Reading) -> None:
    if piece["key"] and not piece["minus"] and _filter(piece["key"], piece["value"], reading):
        return
    if piece["minus"]:
        group = next(name for name in ("value", "phrase", "plain") if piece[name] is not None)
        reading.excluded += _phrase(piece[group], piece.start(group)) or _words(
            piece[group], piece.start(group), []
        )
    elif phrase := _phrase(piece["phrase"] or "", piece.start("phrase")):
        reading.terms += phrase
    else:
        reading.terms += _words(piece[0], piece.start(), reading.small)


def _filter(key: str, value: str, reading: _Reading) -> bool:
    operator = _OPERATORS.get(analysis.fold(key))
    wanted = value.strip('"').strip()[:LONGEST_VALUE]
    if not operator or not wanted:
        return False
    if operator == "tag":
        reading.tags.append(wanted)
    elif operator == "kind":
        reading.kinds.add(wanted)
    else:
        setattr(reading, operator, wanted)
    return True


def _phrase(text: str, start: int) -> list[Term]:
    """Make one term of several words, or nothing when they are all stop words."""
    found = (tuple(analysis.terms(text, lang)[:MOST_TERMS]) for lang in analysis.LANGUAGES)
    sequences = tuple(dict.fromkeys(sequence for sequence in found if sequence))
    if not sequences:
        return []
    return [Term(text, analysis.fold(text), sequences, start=start, end=start + len(text))]


def _words(text: str, start: int, small: list[Term]) -> Iterator[Term]:
    """Give a term for each word; those that are stop words everywhere are put in `small`."""
    for word in analysis.words(text):
        stems = analysis.stems(word.surface)
        stops = [lang for lang in analysis.LANGUAGES if analysis.is_stop_word(word.surface, lang)]
        term = Term(
            word.surface,
            word.folded,
            tuple((stem,) for stem in stems),
            optional=bool(stops),
            start=start + word.start,
            end=start + word.end,
        )
        if stems:
            yield term
        else:
            small.append(term)


def _settle(reading: _Reading) -> list[Term]:
    """Drop the stop words, unless there is nothing else: "Qui sommes-nous" is a page's title."""
    if any(not term.optional for term in reading.terms):
        return reading.terms
    only_small = sorted((*reading.terms, *reading.small), key=lambda term: term.start)
    return [_as_small(term) for term in only_small]


def _as_small(term: Term) -> Term:
    stems = (analysis.stem(term.folded, lang) for lang in analysis.LANGUAGES)
    sequences = tuple(dict.fromkeys((stem,) for stem in stems))
    return replace(term, sequences=sequences, optional=False, small=True)


def _distinct(terms: list[Term]) -> tuple[Term, ...]:
    return tuple({term.sequences: term for term in reversed(terms)}.values())[::-1]
