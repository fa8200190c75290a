"""What a search address asks: words, filters, order; and the addresses that ask a little else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from wiki.core import i18n
from wiki.core.access import Actor, current_actor
from wiki.core.search.engines.base import Filters, Query
from wiki.core.search.pipeline.query import parse
from wiki.search.typed_filters import understand

LONGEST = 1000
"""Characters of a query that are read."""
MOST_VALUES = 20
"""How many kinds or tags an address may name."""
WHEN = ("month", "quarter", "year", "older")
SORTS = ("", "date")
OPERATOR = re.compile(r"(?<!\S)[^\W\d_]+:(?:\"[^\"]*\"|[^\s\"]+)")


@dataclass(frozen=True)
class Asked:
    """A search as its address asks it; `words` are those typed, without the filters among them."""

    typed: str = ""
    words: str = ""
    filters: Filters = field(default_factory=Filters)
    when: str = ""
    within: str = ""
    sort: str = ""
    exact: bool = False
    query: Query | None = field(default=None, compare=False)
    """The typed words as they were parsed, None when nothing was."""

    @property
    def parsed(self) -> Query | str:
        """What to search for: the parsed query where there is one, else the words typed."""
        return self.typed if self.query is None else self.query

    def __bool__(self) -> bool:
        return bool(self.words or self.filters or self.within)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filters or self.within)

    def args(self) -> dict[str, Any]:
        """Return the arguments of this search's address, typed filters told apart from the words."""
        found = self.filters
        days: dict[str, Any] = (
            {"when": self.when}
            if self.when
            else {
                name: day.isoformat() if day else None
                for name, day in (("since", found.since), ("until", found.until))
            }
        )
        given: dict[str, Any] = {
            "q": self.words,
            "kind": sorted(found.kinds),
            "project": found.project,
            "form": found.form,
            "tag": list(found.tags),
            "author": found.author,
            "within": self.within,
            "sort": self.sort,
            "exact": "1" if self.exact else "",
            **days,
        }
        return {name: value for name, value in given.items() if value}

    def url(self, **more: Any) -> str:
        """Return the address of this search, with these arguments instead; None leaves one out."""
        merged = self.args() | more
        return url_for("search.index", **{k: v for k, v in merged.items() if v not in (None, "")})

    def but(self, name: str, value: str = "") -> str:
        """Return the address of this search without one filter, or without one of its values."""
        if name == "when":
            return self.url(when=None, since=None, until=None)
        kept = [tag for tag in self.filters.tags if tag != value] if name == "tag" else None
        return self.url(**{name: kept})

    def widened(self) -> Asked:
        """Return the same words, looked for everywhere."""
        return Asked(typed=self.words, words=self.words)


def asked(args: MultiDict[str, str] | None = None, *, actor: Actor | None = None) -> Asked:
    """Read an address, the one at hand without `args`; what cannot be read, or is not known, asks nothing."""
    given = request.args if args is None else args
    typed = given.get("q", "")[:LONGEST].replace("\0", " ").strip()
    when = given.get("when", "") if given.get("when", "") in WHEN else ""
    since, until = days_of(when) if when else (_day(given, "since"), _day(given, "until"))
    filters = Filters(
        kinds=frozenset(_words(given, "kind")),
        form=_word(given, "form"),
        project=_word(given, "project"),
        tags=tuple(dict.fromkeys(_words(given, "tag"))),
        author=_word(given, "author"),
        since=since,
        until=until,
    )
    query = understand(typed, actor=actor or current_actor(), filters=filters)
    understood = query.filters
    same_days = (understood.since, understood.until) == (since, until)
    return Asked(
        typed=typed,
        words=without_filters(typed),
        filters=understood,
        when=when if same_days else "",
        within=_word(given, "within"),
        sort=given.get("sort", "") if given.get("sort", "") in SORTS else "",
        exact=given.get("exact", "") == "1",
        query=query,
    )


def of_args(args: Mapping[str, Any], *, actor: Actor) -> Asked:
    """Read the arguments of an address that was kept, as its owner understands them."""
    return asked(MultiDict(args), actor=actor)


def without_filters(typed: str) -> str:
    """Return what was typed without the pieces that are filters, such as `form:faq`."""

    def kept(piece: re.Match[str]) -> str:
        read = parse(piece[0])
        return "" if read.asked and not read.terms else piece[0]

    return " ".join(OPERATOR.sub(kept, typed).split())


def days_of(when: str) -> tuple[date | None, date | None]:
    """Return from which day on, and before which, a filter on the time means."""
    month, quarter = i18n.month_start(i18n.today()), i18n.month_start(i18n.today(), 2)
    year = month.replace(month=1)
    return {
        "month": (month, None),
        "quarter": (quarter, None),
        "year": (year, None),
        "older": (None, year),
    }[when]


def narrowed(asked: Asked, ids: frozenset[int] | None) -> Filters:
    """Return the filters of a search, within these pages when it is within some."""
    return asked.filters if ids is None else replace(asked.filters, only=ids)


def _words(given: MultiDict[str, str], name: str) -> list[str]:
    # PostgreSQL holds no NUL: nothing has it.
    return [word for word in given.getlist(name)[:MOST_VALUES] if word and "\0" not in word]


def _word(given: MultiDict[str, str], name: str) -> str:
    return given.get(name, "")[:200].replace("\0", "").strip()


def _day(given: MultiDict[str, str], name: str) -> date | None:
    raw = given.get(name, "")
    try:
        return date.fromisoformat(raw) if len(raw) == 10 else None
    except ValueError:
        return None
