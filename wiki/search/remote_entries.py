"""Entries of other wikis that bear the words of a search: shown apart, under our own hits, and in no count of ours."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func

from wiki.bazar.models import Form
from wiki.bazar.query.results import Query as ListQuery
from wiki.bazar.remote import cache
from wiki.bazar.remote.models import ElsewhereEntry, ElsewhereSource
from wiki.bazar.views.support.urls import list_url
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.names import fold
from wiki.core.search.engines.base import Filters, Query
from wiki.search import filter_names

MOST = 5
MOST_LISTS = 3


@dataclass(frozen=True)
class Elsewhere:
    """The first entries, each with its site; how many there are beside each form; the words that find them."""

    rows: Sequence[tuple[ElsewhereEntry, ElsewhereSource]] = ()
    counts: Sequence[tuple[Form, int]] = ()
    words: str = ""

    @property
    def total(self) -> int:
        return sum(count for _form, count in self.counts)

    @property
    def lists(self) -> list[tuple[Form, int, str]]:
        """The lists that show them all, those that have the most: form, how many, address."""
        most = sorted(self.counts, key=lambda row: -row[1])[:MOST_LISTS]
        return [(form, count, list_url(form, ListQuery(q=self.words))) for form, count in most]


NOTHING = Elsewhere()


def elsewhere(asked: Query, *, actor: Actor) -> Elsewhere:
    """Return what other wikis have for a search, as it was understood, beside the forms this reader may see.

    It takes two statements, however many sources there are; one where nothing is found.
    """
    words = [word for term in asked.terms if not term.optional for word in term.text.split()]
    if not words or not _may_answer(asked):
        return NOTHING
    counts = _counts(words)
    # None looked for where there are none: readers of most wikis pay for one statement.
    seen = [form for form in filter_names.lists(actor) if form.id in counts] if counts else []
    named = fold(asked.filters.form)
    found = [(form, counts[form.id]) for form in seen if named in ("", fold(form.key))]
    if not found:
        return NOTHING
    return Elsewhere(_first(words, [form.id for form, _count in found]), found, " ".join(words))


def _may_answer(asked: Query) -> bool:
    """Answer whether entries of elsewhere can be what is asked for: they have no project, tag, author or date of ours.

    A list, which shows them all, leaves out no word.
    """
    filters = asked.filters
    is_plain = replace(filters, kinds=frozenset(), form="") == Filters()
    return is_plain and not asked.excluded and (not filters.kinds or "entry" in filters.kinds)


def _counts(words: Sequence[str]) -> dict[int, int]:
    """Return how many entries bear the words, by form, whoever may see it."""
    query = cache.bearing(words).with_only_columns(ElsewhereSource.form_id, func.count())
    rows = db.session().execute(query.group_by(ElsewhereSource.form_id))
    return {row[0]: row[1] for row in rows}


def _first(
    words: Sequence[str], forms: Collection[int]
) -> list[tuple[ElsewhereEntry, ElsewhereSource]]:
    """Return the first entries of these forms, those of each site in turn: none hides the others."""
    place = func.row_number().over(
        partition_by=ElsewhereEntry.source_id, order_by=ElsewhereEntry.id
    )
    found = cache.bearing(words).where(ElsewhereSource.form_id.in_(forms))
    # Numbers alone are put in order: entries are long, and may be thousands.
    turns = found.with_only_columns(ElsewhereEntry.id, place.label("place"))
    first = turns.order_by("place", ElsewhereEntry.id).limit(MOST).subquery()
    query = cache.bearing(()).join(first, first.c.id == ElsewhereEntry.id)
    rows = db.session().execute(query.order_by(first.c.place, first.c.id))
    return [(entry, source) for entry, source in rows]
