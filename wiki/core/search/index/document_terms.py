"""What every engine writes of a document: its terms by field, its words as shown, its facets.

Engines differ in how they store and match; what they store is made here, once for all of them."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from math import inf

from wiki.core.search.engines.base import Filters, SearchDocument
from wiki.core.search.pipeline import analysis

WEIGHTS = {"title": 8.0, "headings": 2.0, "tags": 2.0, "body": 1.0}
"""How much a word counts by the field it is in."""

BEGINNING = range(2, 9)
"""Lengths of the beginnings of title words kept for search as you type."""

KEYED = ("kind", "form", "project", "author", "tag")
"""Facets that filters look up by key; months are found by the day of change."""

_LONGEST_KEY = 200
_CAMEL = re.compile(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Þ])")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document as engines store it.

    `title`, `headings`, `tags`, `body` are terms in order; `small` the stop words of titles;
    `beginnings` those of title words; `words` the vocabulary, as (folded, surface); `facets` the
    values by name of FACETS; `updated` seconds since 1970.
    """

    version: int
    updated: int
    shown: str
    title: list[str]
    headings: list[str]
    tags: list[str]
    body: list[str]
    small: list[str]
    beginnings: list[str]
    words: list[tuple[str, str]]
    facets: dict[str, list[str]]


def prepare(doc: SearchDocument) -> Prepared:
    """Analyse a document in its language."""
    title = analysis.terms(doc.title, doc.lang)
    headings = analysis.terms(doc.headings, doc.lang)
    # A page's name mostly repeats its title: only what it adds is worth finding.
    name = analysis.terms(_CAMEL.sub(" ", doc.name), doc.lang)
    known = {*title, *headings}
    return Prepared(
        version=doc.version,
        updated=int(doc.updated_at.timestamp()),
        shown=doc.title,
        title=title,
        headings=headings + [each for each in name if each not in known],
        tags=analysis.terms("\n".join(doc.tags), doc.lang),
        body=analysis.terms(doc.body, doc.lang),
        small=_small(f"{doc.title}\n{doc.headings}", doc.lang),
        beginnings=_beginnings(doc.title),
        words=_vocabulary(f"{doc.title}\n{doc.headings}\n{' '.join(doc.tags)}"),
        facets=_facets(doc),
    )


def key(text: str) -> str:
    """Give the form under which a value of a facet is filed and asked for."""
    folded = analysis.fold(text).strip()[:_LONGEST_KEY]
    return folded.encode(errors="replace").decode() or "-"


def counted(values: Iterable[str]) -> list[tuple[str, int]]:
    """Count the values of a facet, most frequent first, each under the spelling used most."""
    totals: Counter[str] = Counter()
    shown: dict[str, str] = {}
    spellings = sorted(Counter(values).items(), key=lambda each: (-each[1], each[0]))
    for value, count in spellings:
        totals[shown.setdefault(key(value), value)] += count
    return sorted(totals.items(), key=lambda each: (-each[1], each[0]))


def seconds_of(filters: Filters) -> tuple[float, float]:
    """Give the first second of the days wanted, and the first after them, as `updated` counts them."""
    first, last = (
        datetime.combine(day, time.min, filters.zone).timestamp() if day else default
        for day, default in ((filters.since, 0.0), (filters.until, inf))
    )
    return first, last


def _facets(doc: SearchDocument) -> dict[str, list[str]]:
    return {
        "kind": [doc.kind],
        "form": [doc.form] if doc.form else [],
        "project": [doc.project] if doc.project else [],
        "author": list(doc.authors),
        "month": [f"{doc.updated_at:%Y-%m}"],
        "tag": list(doc.tags),
    }


def _small(text: str, lang: str) -> list[str]:
    """Give the stop words of titles, which queries made of nothing else look for."""
    known = analysis.language(lang)
    found = (w for w in analysis.words(text) if analysis.is_stop_word(w.surface, known))
    return list(dict.fromkeys(analysis.stem(word.folded, known) for word in found))


def _beginnings(title: str) -> list[str]:
    starts = (word.folded[:size] for word in analysis.words(title) for size in BEGINNING)
    return list(dict.fromkeys(starts))


def _vocabulary(text: str) -> list[tuple[str, str]]:
    return list(dict.fromkeys((word.folded, word.surface) for word in analysis.words(text)))
