"""The interface of search engines, and the plain values they exchange with the pipeline.

An open folder: `whoosh.py`, `fts5.py` and `postgres.py` are engines; to add one, add a file. Engines
match and count; the pipeline parses, corrects, ranks by title and cuts snippets, above any engine."""

import fcntl
import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from itertools import chain, repeat
from pathlib import Path
from typing import ClassVar, Literal

Mode = Literal["all", "any"]
Weighted = tuple[tuple[tuple[str, ...], float], ...]
"""Sequences of terms, each with how much it counts."""
FACETS = ("kind", "form", "project", "author", "month", "tag")
"""Fields by which matches are counted; a month is written 2026-11."""


class IndexUnavailable(Exception):
    """The index is missing or damaged; only the indexer rebuilds it."""


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """The indexed text of a page, file or comment, without markup.

    `form` and `project` are keys or "", `authors` sign-in names.
    """

    id: int
    version: int
    kind: str
    name: str
    title: str
    headings: str
    tags: tuple[str, ...]
    body: str
    lang: str
    form: str
    project: str
    updated_at: datetime
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions on hits: one of the kinds (none means all), this form, this project, all tags.

    `since` (included) and `until` (excluded) are days of `zone`, the wiki's; `only` lists the ids allowed (None: any).
    """

    kinds: frozenset[str] = frozenset()
    form: str = ""
    project: str = ""
    tags: tuple[str, ...] = ()
    author: str = ""
    since: date | None = None
    until: date | None = None
    only: frozenset[int] | None = None
    zone: tzinfo = field(default=UTC, compare=False)

    def __bool__(self) -> bool:
        return self != Filters()

    def without(self, facet: str) -> "Filters":
        """Drop the filter on one facet, to count its other values; tag filters stay, since they add up."""
        empty = Filters()
        names = {"kind": ("kinds",), "month": ("since", "until"), "tag": ()}.get(facet, (facet,))
        return replace(self, **{name: getattr(empty, name) for name in names})


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a query, and every sequence of index terms that matches it.

    `optional` words only affect ranking; `small` ones (every word is a stop word) match titles only.
    `start` and `end` are its position in the typed text; `quoted` words are never expanded. `weights`
    follow the order of the sequences; a missing weight is 1.
    """

    text: str
    folded: str
    sequences: tuple[tuple[str, ...], ...]
    optional: bool = False
    small: bool = False
    start: int = 0
    end: int = 0
    quoted: bool = False
    weights: tuple[float, ...] = ()

    def weighted(self) -> Weighted:
        """Return each sequence with its weight: 1 for the typed words, less for related ones."""
        return tuple(zip(self.sequences, chain(self.weights, repeat(1.0)), strict=False))

    def also(self, sequences: Iterable[tuple[str, ...]], weight: float) -> "Term":
        """Return a term that also matches these sequences, at this weight; existing weights stay."""
        more = [each for each in dict.fromkeys(sequences) if each not in self.sequences]
        if not more:
            return self
        weights = [*(weight for _sequence, weight in self.weighted()), *(weight for _ in more)]
        return replace(self, sequences=(*self.sequences, *more), weights=tuple(weights))


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter typed in the search box: its name (as in Filters) and its value as written.

    An unknown value (an invalid date, a form the reader cannot see) filters nothing: `known` is False.
    """

    name: str
    value: str
    known: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; positions of terms refer to `typed`, its text."""

    typed: str = ""
    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    filters: Filters = field(default_factory=Filters)
    asked: tuple[Asked, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.excluded or self.filters)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The best documents, as (id, score), and the total number of matches."""

    hits: list[tuple[int, float]]
    total: int


@dataclass(frozen=True, slots=True)
class VocabularyWord:
    """A word of visible titles and headings: as written, folded, and its number of documents."""

    surface: str
    folded: str
    count: int


class Engine(ABC):
    """Base of the engines; every result excludes the documents in `denied`.

    Reading raises IndexUnavailable when the index is missing or damaged. One process at a time
    writes (the indexer sees to it); any number read, and see its commits within a second.
    """

    name: ClassVar[str]

    def __init__(self, folder: Path, *, url: str = "") -> None:
        self.folder = folder
        self.url = url

    @contextmanager
    def leading(self, *, wait: bool = False) -> Iterator[bool]:
        """Hold the writer's lock; yield False if another process has it.

        It locks a file, so the system releases it however the process ends.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "leader.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
            else:
                yield True

    @abstractmethod
    def apply(
        self, upserts: Sequence[SearchDocument], deletes: Collection[int], cursor: str
    ) -> None:
        """Replace and remove documents in one commit that also carries the cursor."""

    @abstractmethod
    def cursor(self) -> str:
        """Return the cursor of the last commit."""

    @abstractmethod
    def generation(self) -> str:
        """Return the database generation the index was built for, "" when it must be rebuilt."""

    @abstractmethod
    def rebuild(self, docs: Iterable[SearchDocument], cursor: str, generation: str) -> None:
        """Build the whole index aside, then swap it in without blocking readers."""

    @abstractmethod
    def candidates(self, query: Query, *, denied: Set[int], mode: Mode, limit: int) -> Candidates:
        """Find documents with all, or any, of the terms: best first, newest without terms."""

    @abstractmethod
    def facets(
        self, query: Query, fields: Sequence[str], denied: Set[int], *, mode: Mode = "all"
    ) -> dict[str, list[tuple[str, int]]]:
        """Count the values of each field (of FACETS) over the matches, most frequent first.

        Ignore the query's own filter on the field being counted, to offer its other values; tag
        filters always apply, since they add up.
        """

    @abstractmethod
    def suggest(
        self, prefix: Sequence[str], denied: Set[int], limit: int
    ) -> list[tuple[int, float]]:
        """Find documents whose title has words starting with each of the folded beginnings."""

    @abstractmethod
    def optimize(self) -> None:
        """Compact the index; call it through `indexer.tidy`, since it writes."""

    @abstractmethod
    def titles(self, ids: Collection[int]) -> dict[int, str]:
        """Return the titles of documents."""

    @abstractmethod
    def frequency(self, term: Term, denied: Set[int], *, at_most: int) -> int:
        """Count the documents that have a term, stopping at `at_most`."""

    @abstractmethod
    def holding(self, term: Term, ids: Collection[int]) -> set[int]:
        """Return which of some documents have a term."""

    @abstractmethod
    def vocabulary(
        self, prefix: str, denied: Set[int], *, accept: Callable[[str], bool] = lambda _word: True
    ) -> list[VocabularyWord]:
        """List the words of titles and headings that start with a folded prefix and are accepted.

        `accept` receives folded words; it runs first, being cheaper than counting visible documents.
        """

    @abstractmethod
    def ids(self) -> set[int]:
        """Return the ids of all documents."""

    @abstractmethod
    def versions(self) -> dict[int, int]:
        """Return the version each document was indexed at."""

    def close(self) -> None:  # noqa: B027
        """Close open files."""


def open_engine(name: str, folder: Path, *, url: str = "") -> Engine:
    """Make the engine that the module of this name defines, on an index folder.

    `url` is the wiki's database, for an engine that keeps its index there.
    """
    module = importlib.import_module(f"wiki.core.search.engines.{name}")
    for member in vars(module).values():
        if (
            isinstance(member, type)
            and issubclass(member, Engine)
            and vars(member).get("name") == name
        ):
            return member(folder, url=url)
    raise LookupError(f"no search engine is called {name!r}")
