"""What the results page shows around its hits: tabs, facets, chips of filters, the ways on when nothing is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from flask_babel import gettext as _
from flask_babel import ngettext

from wiki.core import i18n
from wiki.core.access import Actor
from wiki.core.names import fold
from wiki.pages import rights
from wiki.search import filter_names, help_desk, index, query_log
from wiki.search.request import WHEN, Asked, days_of

FACETS = ("kind", "project", "form", "tag", "month", "author")
SHOWN = 12
"""Values of a facet at most."""
ALSO_LOOKED_FOR = 4


@dataclass(frozen=True)
class Value:
    """One value of a facet, in words, with how many hits it would leave."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One group of filters; of those that are not `many`, one value is chosen at a time."""

    name: str
    label: str
    values: list[Value]
    many: bool = False

    @property
    def chosen(self) -> bool:
        return any(value.chosen for value in self.values)


@dataclass(frozen=True)
class Ways:
    """What one can do when nothing is found; "" and 0 are ways that are closed."""

    may_create: bool
    ask_url: str
    wide_total: int
    also: list[str]


@dataclass(frozen=True)
class Names:
    """How stations, forms and people are called, by key, as this reader may know."""

    stations: dict[str, str]
    forms: dict[str, str]
    people: dict[str, str]

    def of(self, name: str, value: str) -> str:
        """Return how one value of a facet is called."""
        by_key = {"project": self.stations, "form": self.forms, "author": self.people}
        titles = {fold(key): title for key, title in by_key.get(name, {}).items()}
        return titles.get(fold(value), value)


def names_for(answer: index.Answer, asked: Asked, actor: Actor) -> Names:
    """Return the names a page of results needs, in three queries at most."""
    authors = {value for value, _count in answer.facets.get("author", [])[:SHOWN] if value}
    authors |= {asked.filters.author} if asked.filters.author else set()
    return Names(
        {project.key: project.title for project in filter_names.stations(actor)},
        {form.key: form.title for form in filter_names.lists(actor)},
        filter_names.people_named(authors),
    )


def tabs(answer: index.Answer, asked: Asked) -> list[tuple[str, str, bool, str, int]]:
    """Return the kinds as tabs: (label, url, current, icon, count)."""
    counts = dict(answer.facets.get("kind", []))
    kinds, every = asked.filters.kinds, sum(counts.values())
    found = [(_("All"), asked.url(kind=None), not kinds, "", every)]
    for kind, label in kind_labels().items():
        if counts.get(kind) or kinds == {kind}:
            found.append((label, asked.url(kind=[kind]), kinds == {kind}, "", counts.get(kind, 0)))
    return found


def kind_labels() -> dict[str, str]:
    """Return how the kinds of what is found are called, in their order."""
    return {
        "text": _("Pages"),
        "entry": _("Entries"),
        "station": _("Stations"),
        "file": _("Files"),
        "comment": _("Comments"),
    }


def facets(answer: index.Answer, asked: Asked, names: Names) -> list[Facet]:
    """Return the groups of filters that could narrow these hits, or do."""
    filters = asked.filters
    groups = (
        ("project", _("Project"), {filters.project}, False),
        ("form", _("Form"), {filters.form}, False),
        ("tag", _("Tags"), set(filters.tags), True),
        ("author", _("Person"), {filters.author}, False),
    )
    found = [
        Facet(name, label, _values(answer, name, chosen - {""}, names), many)
        for name, label, chosen, many in groups
    ]
    found.insert(3, Facet("when", _("When"), _times(answer, asked)))
    return [facet for facet in found if facet.chosen or facet.values]


def chips(asked: Asked, names: Names, within: str) -> list[tuple[str, str]]:
    """Return the filters at work, in words, each with the address without it."""
    filters = asked.filters
    found = [
        (names.of(name, value), asked.but(name))
        for name, value in (
            ("project", filters.project),
            ("form", filters.form),
            ("author", filters.author),
        )
        if value
    ]
    found += [(f"#{tag}", asked.but("tag", tag)) for tag in filters.tags]
    if asked.within:
        found.append((_("within “%(title)s”", title=within or asked.within), asked.but("within")))
    if filters.since or filters.until:
        found.append((_time_label(asked), asked.but("when")))
    return found


def ways(asked: Asked, actor: Actor) -> Ways:
    """Return what to do of words that found nothing: each way is tried for this very reader."""
    wide = asked.widened()
    total = index.count(wide.typed, actor=actor) if asked.is_narrowed and wide else 0
    others = (
        words
        for words in query_log.often_found(limit=2 * ALSO_LOOKED_FOR)
        if fold(words) != fold(asked.words)
    )
    # Each is a search: no more of them than are shown.
    also = list(islice((w for w in others if index.count(w, actor=actor)), ALSO_LOOKED_FOR))
    return Ways(
        may_create=bool(asked.words) and rights.may_create(actor),
        ask_url=help_desk.ask_url(asked.words, actor=actor),
        wide_total=total,
        also=also,
    )


def said(counts: dict[str, int]) -> str:
    """Say how many there are of each kind, for who listens to the page."""
    words: dict[str, Callable[[int], str]] = {
        "text": lambda n: ngettext("%(num)s page", "%(num)s pages", n),
        "entry": lambda n: ngettext("%(num)s entry", "%(num)s entries", n),
        "station": lambda n: ngettext("%(num)s station", "%(num)s stations", n),
        "file": lambda n: ngettext("%(num)s file", "%(num)s files", n),
        "comment": lambda n: ngettext("%(num)s comment", "%(num)s comments", n),
        "person": lambda n: ngettext("%(num)s person", "%(num)s people", n),
        "action": lambda n: ngettext("%(num)s action", "%(num)s actions", n),
    }
    return ", ".join(say(counts[kind]) for kind, say in words.items() if counts.get(kind))


def _values(answer: index.Answer, name: str, chosen: set[str], names: Names) -> list[Value]:
    folded = {fold(value) for value in chosen}
    rows = [(value, count) for value, count in answer.facets.get(name, []) if value]
    shown = rows[:SHOWN] + [row for row in rows[SHOWN:] if fold(row[0]) in folded]
    there = {fold(value) for value, _count in shown}
    shown += [(value, 0) for value in sorted(chosen) if fold(value) not in there]
    return [
        Value(value, names.of(name, value), count, fold(value) in folded) for value, count in shown
    ]


def _times(answer: index.Answer, asked: Asked) -> list[Value]:
    """Return spans of time with the hits of each, counted by months."""
    months = [(month, count) for month, count in answer.facets.get("month", []) if month]
    labels, found = _when_labels(), list[Value]()
    for when in WHEN:
        since, until = (day.isoformat()[:7] if day else "" for day in days_of(when))
        count = sum(n for month, n in months if month >= since and (not until or month < until))
        if count or when == asked.when:
            found.append(Value(when, labels[when], count, when == asked.when))
    return found


def _when_labels() -> dict[str, str]:
    return {
        "month": _("This month"),
        "quarter": _("Last three months"),
        "year": _("This year"),
        "older": _("Before this year"),
    }


def _time_label(asked: Asked) -> str:
    if asked.when:
        return _when_labels()[asked.when]
    since, until = asked.filters.since, asked.filters.until
    parts = (
        _("from %(day)s", day=i18n.day_long(since)) if since else "",
        _("before %(day)s", day=i18n.day_long(until)) if until else "",
    )
    return " ".join(part for part in parts if part)
