"""Read what people type into a Query: words, "phrases", -word, tag:x, form:x, before:2026-01…

Nothing typed is an error, and no engine's own query language is ever reached."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from wiki.core.search.engines.base import Asked, Filters, Query, Term
from wiki.core.search.pipeline import analysis, dates

MOST_TERMS = 32
MOST_CHARACTERS = 2_000
MOST_PIECES = 200
"""Words, phrases and filters that are read, however often the same comes again."""
LONGEST_VALUE = 100

_OPERATORS = {
    operator: name
    for name, operators in {
        "tag": "tag etiquette motcle",
        "form": "form formulaire liste",
        "project": "project projet",
        "kind": "kind type genre",
        "author": "author auteur auteurice autrice par by",
        "until": "before avant until",
        "since": "after since apres depuis",
        "month": "date month mois",
    }.items()
    for operator in operators.split()
}
_KINDS = {
    word: kind
    for kind, words in {
        "text": "page pages texte text",
        "entry": "fiche fiches entree entry entries",
        "station": "station stations gare",
        "comment": "commentaire commentaires remarque remarques comment comments",
        "file": "fichier fichiers document documents piece pieces pj file files attachment",
    }.items()
    for word in words.split()
}
_ADDING_UP = frozenset({"tag", "kind"})
_POLITE = frozenset(
    "bonjour chose choses merci svp veux veut voudrais voudrait souhaite aimerais cherche chercher trouve trouver "  # noqa: SIM905
    "savoir existe please want would like looking find".split()
)
"""What people say to a search box as they would to a person; it helps to rank, no more."""
_MONTH_ONLY = 0.3
_QUOTES = str.maketrans("«»“”„", '"""""')
_PIECE = re.compile(
    r"""
    (?P<minus>(?<!\S)[-−–](?=[\w"]))?
    (?: (?P<key>[^\W\d_]+):(?P<value>"[^"]*"|[^\s"]+)
      | "(?P<phrase>[^"]*)"
      | (?P<plain>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\w/])|[^\s"]+) )
    """,
    re.VERBOSE,
)


@dataclass
class _Reading:
    """What has been read so far."""

    terms: list[Term] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    small: list[Term] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    filters: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)


def parse(raw: str, filters: Filters | None = None) -> Query:
    """Read a query; what is typed wins over the filters given, except tags, which add up."""
    reading = _Reading()
    typed = analysis.normal(raw[:MOST_CHARACTERS])
    text = typed.translate(_QUOTES)
    if analysis.is_loud(text) and len(text.lower()) == len(text):
        text = text.lower()
    days = [each for each in dates.find(text) if _is_apart(each, text)]
    for each in days:
        if each.day or not each.spelt:
            reading.terms.append(_day(each, text))
            text = text[: each.start] + " " * (each.end - each.start) + text[each.end :]
    for piece in islice(_PIECE.finditer(text), MOST_PIECES):
        _read(piece, reading)
    terms = sorted(_settle(reading), key=lambda term: term.start)
    given = filters or Filters()
    reading.filters["kinds"] = frozenset(reading.kinds) or given.kinds
    reading.filters["tags"] = tuple(dict.fromkeys((*given.tags, *reading.tags)))[:MOST_TERMS]
    return Query(
        typed=typed,
        terms=_distinct([_in_month(term, days) for term in terms])[:MOST_TERMS],
        excluded=_distinct(reading.excluded)[:MOST_TERMS],
        filters=replace(given, **reading.filters),
        asked=tuple(reading.asked[:MOST_TERMS]),
    )


def kind_named(word: str) -> str:
    """Return the kind that people mean by a word, else the word."""
    return _KINDS.get(analysis.fold(word), word)


def _is_apart(written: dates.Written, text: str) -> bool:
    """Say whether a date is neither quoted nor the value of a filter."""
    return (
        text.count('"', 0, written.start) % 2 == 0
        and text[written.start - 1 : written.start] != ":"
    )


def _day(written: dates.Written, text: str) -> Term:
    """Make one term of a whole date; its month is better than nothing."""
    surface = text[written.start : written.end]
    exact, *month = written.terms
    term = Term(
        surface,
        analysis.fold(surface),
        ((exact,),),
        start=written.start,
        end=written.end,
        quoted=True,
    )
    return term.also(((each,) for each in month), _MONTH_ONLY)


def _in_month(term: Term, days: list[dates.Written]) -> Term:
    """Let the words of "mars 2026" find 12/03/2026 too."""
    for written in days:
        if written.spelt and not written.day and written.start <= term.start < written.end:
            return term.also([written.terms], 1.0)
    return term


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
    name = _OPERATORS.get(analysis.fold(key))
    wanted = value.strip('"').strip()[:LONGEST_VALUE]
    if not name or not wanted:
        return False
    known = True
    if name == "tag":
        reading.tags.append(wanted)
    elif name == "kind":
        reading.kinds.add(kind_named(wanted))
    elif name in {"since", "until", "month"}:
        known = _moment(name, wanted, reading)
    else:
        reading.filters[name] = wanted
    if name not in _ADDING_UP:
        reading.asked = [each for each in reading.asked if each.name != name]
    reading.asked.append(Asked(name, wanted, known))
    return True


def _moment(name: str, wanted: str, reading: _Reading) -> bool:
    """Read when: before a month is before its first day, after it is from its first day on."""
    period = dates.period(wanted)
    if not period:
        return False
    if name != "until":
        reading.filters["since"] = period[0]
    if name != "since":
        reading.filters["until"] = period[0 if name == "until" else 1]
    return True


def _phrase(text: str, start: int) -> list[Term]:
    """Make one term of several words, or nothing when they are all stop words."""
    found = (tuple(analysis.terms(text, lang)[:MOST_TERMS]) for lang in analysis.LANGUAGES)
    sequences = tuple(dict.fromkeys(sequence for sequence in found if sequence))
    if not sequences:
        return []
    end = start + len(text)
    return [Term(text, analysis.fold(text), sequences, start=start, end=end, quoted=True)]


def _words(text: str, start: int, small: list[Term]) -> Iterator[Term]:
    """Give a term for each word; those that are stop words everywhere are put in `small`."""
    for word in analysis.words(text):
        stems = analysis.meanings(word)
        term = Term(
            word.surface,
            word.folded,
            tuple((stem,) for stem in stems),
            optional=not word.kept and _is_optional(word),
            start=start + word.start,
            end=start + word.end,
        )
        if stems:
            yield term
        else:
            small.append(term)


def _is_optional(word: analysis.Word) -> bool:
    if word.folded in _POLITE:
        return True
    return any(analysis.is_stop_word(word.surface, lang) for lang in analysis.LANGUAGES)


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
