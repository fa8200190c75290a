"""The entries that a query asks for (asking.py reads it), a page of them or all.

Everything is found among `visible_pages(actor)`, in a number of statements that does not grow with
the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased, joinedload

from wiki.bazar.entries import entry_view
from wiki.bazar.entries.entry_view import Entry
from wiki.bazar.entries.kind import words_field
from wiki.bazar.forms import forms
from wiki.bazar.models import EntryValue, FieldSpec, Form
from wiki.bazar.query import facets as faceting
from wiki.bazar.query import proximity
from wiki.bazar.query.facets import Facet, FacetValue, is_id
from wiki.bazar.query.query import MOST_WORDS, NEAR, Query, check_field, check_sort, parse
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Paging
from wiki.core.names import fold
from wiki.pages.find import visible_pages
from wiki.pages.models import Page

__all__ = ["Entry", "Facet", "FacetValue", "Found", "Query", "find", "parse", "usual_sort"]


@dataclass(frozen=True)
class Found:
    """What a query found: `specs` are the fields this actor may read of any entry.

    `ids` is the query of the identifiers of all that it found, `entries` what its page holds.
    """

    form: Form
    entries: Sequence[Entry]
    total: int
    facets: Sequence[Facet]
    paging: Paging
    query: Query
    specs: Sequence[FieldSpec]
    actor: Actor
    ids: Select[tuple[int]]

    @property
    def places(self) -> list[FieldSpec]:
        """The fields that a list can be narrowed around."""
        return [spec for spec in self.specs if forms.traits_of(spec).place]

    def spec(self, key: str) -> FieldSpec | None:
        """Return a field this actor may read by its key."""
        return next((spec for spec in self.specs if spec.key == key), None)


def find(
    form: Form, query: Query, *, actor: Actor, page_size: int | None = 24, facets: bool = True
) -> Found:
    """Return the entries a query asks for; `page_size` None: all, 0: only how many and which.

    Aborts 404 past the last page. Raises Invalid when a query made by hand names what this actor may not read.
    """
    specs = forms.readable_specs(form, actor)
    by_key = {spec.key: spec for spec in specs}
    _check(query, by_key)
    base, conditions = _base(form, query, specs, actor), _conditions(form, query, by_key, actor)
    every = base.where(*conditions.values())
    total = db.session().scalar(select(func.count()).select_from(every.subquery())) or 0
    paging = Paging(query.page, total, page_size or max(total, 1))
    if query.page > paging.pages:
        abort(404)
    rows = every.with_only_columns(Page).options(joinedload(Page.head))
    rows = _sorted(rows, by_key, _sorts(query, by_key)).limit(paging.size).offset(paging.offset)
    pages = db.session().scalars(rows).all() if total and page_size != 0 else ()
    narrowing = [spec for spec in specs if spec.facet and forms.type_of(spec).can_facet]
    return Found(
        form,
        entry_view.entries_of(pages, actor=actor),
        total,
        faceting.facets(
            form.id, narrowing if facets else [], base, conditions, query.filters, actor=actor
        ),
        paging,
        query,
        specs,
        actor,
        every,
    )


def in_turn(form: Form, query: Query, *, actor: Actor, some: int = 500) -> Iterator[Found]:
    """Give all that a query asks for, some hundred entries at a time, however many there are."""
    page, pages = 1, 1
    while page <= pages:
        found = find(form, replace(query, page=page), actor=actor, page_size=some, facets=False)
        yield found
        page, pages = page + 1, found.paging.pages


def more(
    found: Found, *, where: Sequence[ColumnElement[bool]] = (), sort: str = "", most: int
) -> list[Entry]:
    """Return entries of all that a query found, beyond its page: those of these conditions, at most so many."""
    specs = {spec.key: spec for spec in found.specs}
    rows = found.ids.where(*where).with_only_columns(Page).options(joinedload(Page.head))
    rows = _sorted(rows, specs, [sort] if sort else _sorts(found.query, specs))
    return entry_view.entries_of(db.session().scalars(rows.limit(most)).all(), actor=found.actor)


def has(
    found: Found, fields: str | Sequence[str], condition: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Return the condition that an entry has a value such as this in one of these fields."""
    return _has(found.form, fields, condition)


def usual_sort(specs: Sequence[FieldSpec]) -> str:
    """Return what a list is sorted by unasked: what always has its hour comes latest first."""
    wanted = (forms.traits_of(spec).usual_sort(spec) for spec in specs)
    return next(filter(None, wanted), "title")


def can_group(spec: FieldSpec) -> bool:
    """Answer whether entries can stand in groups by a field: it has one value of a few."""
    kind = forms.field_types().get(spec.type)
    return bool(kind and kind.can_facet and kind.can_sort)


def _check(query: Query, by_key: Mapping[str, FieldSpec]) -> None:
    """Check that all a query names is among these fields, and of a type that fits. Raises Invalid."""
    for key in query.filters:
        check_field(by_key, key, "")
    for key in query.ranges:
        check_field(by_key, key, "from")
    for key in query.near:
        check_field(by_key, key, NEAR)
    check_sort(by_key, query.sort)


def _base(form: Form, query: Query, specs: Sequence[FieldSpec], actor: Actor) -> Select[tuple[int]]:
    """Return the query of the identifiers of what is asked, but for the filters of facets."""
    found = visible_pages(actor).where(Page.kind == "entry", Page.form_id == form.id)
    if query.project_id is not None:
        found = found.where(Page.project_id == query.project_id)
    spans = {spec.key for spec in specs if query.ranges and forms.type_of(spec).spans}
    for key, (least, most) in query.ranges.items():
        if key in spans and least is not None:
            found = found.where(_has(form, f"{key}~end", EntryValue.number >= least))
            least = None
        bounds = [EntryValue.number >= least] if least is not None else []
        bounds += [EntryValue.number <= most] if most is not None else []
        found = found.where(_has(form, key, and_(*bounds)))
    for key, near in query.near.items():
        found = found.where(proximity.within(near, form, key))
    fields = [words_field(spec.key) for spec in specs if spec.searchable or spec.key == "title"]
    for word in [fold(word) for word in query.q.split()][:MOST_WORDS]:
        found = found.where(_has(form, fields, EntryValue.text.contains(word, autoescape=True)))
    return found.with_only_columns(Page.id)


def _conditions(
    form: Form, query: Query, specs: Mapping[str, FieldSpec], actor: Actor
) -> dict[str, ColumnElement[bool]]:
    """Return the condition of each filter; a related entry this reader may not see matches none."""
    related = [
        text for key, texts in query.filters.items() if _points(specs[key]) for text in texts
    ]
    seen = {
        str(one) for one in entry_view.targets_of(map(int, filter(is_id, related)), actor=actor)
    }
    hidden = set(related) - seen
    return {
        key: _has(
            form,
            key,
            EntryValue.text.in_(set(texts) - hidden if _points(specs[key]) else texts),
        )
        for key, texts in query.filters.items()
        if texts
    }


def _points(spec: FieldSpec) -> bool:
    return forms.traits_of(spec).points_to_pages


def _has(
    form: Form, fields: str | Sequence[str], condition: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Return the condition that an entry has a value such as this in one of these fields."""
    wanted = [fields] if isinstance(fields, str) else fields
    values = select(EntryValue.page_id).where(
        EntryValue.form_id == form.id, EntryValue.field.in_(wanted), condition
    )
    return Page.id.in_(values)


def _sorts(query: Query, specs: Mapping[str, FieldSpec]) -> list[str]:
    """Return what a list is sorted by, in turn: its groups first."""
    group = specs.get(query.setting("group"))
    grouped = [group.key] if group and can_group(group) else []
    return [*grouped, query.sort or query.usual or usual_sort(list(specs.values()))]


def _sorted(rows: Select[Any], specs: Mapping[str, FieldSpec], sorts: Sequence[str]) -> Select[Any]:
    """Order by each field's number, then its text, what has none last, then by identifier."""
    for sort in sorts:
        key, backwards = sort.removeprefix("-"), sort.startswith("-")
        if key not in specs and key != "title":
            column = {"date": Page.created_at, "updated": Page.updated_at}[key]
            rows = rows.order_by(column.desc() if backwards else column)
            continue
        # What sorts has one value an entry, so that joining it adds no row.
        held = aliased(EntryValue)
        rows = rows.outerjoin(held, and_(held.page_id == Page.id, held.field == key))
        for value in (held.number, held.text):
            rows = rows.order_by(value.is_(None), value.desc() if backwards else value)
    return rows.order_by(Page.id)
