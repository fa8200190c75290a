"""What entries to list: a query read from an address by an allow-list, and what it finds.

Everything is found among `visible_pages(actor)`, in a number of statements that does not grow with
the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import abort, request
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased, joinedload
from werkzeug.datastructures import MultiDict

from wiki.bazar import facets as faceting
from wiki.bazar import forms, reading
from wiki.bazar.entry_kind import words_field
from wiki.bazar.facets import Facet, FacetValue, is_id
from wiki.bazar.fields.base import BadValue
from wiki.bazar.fields.date import with_hour
from wiki.bazar.models import EntryValue, FieldSpec, Form
from wiki.bazar.reading import Entry
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Invalid, Paging
from wiki.core.names import fold
from wiki.pages.find import visible_pages
from wiki.pages.models import Page

__all__ = ["Entry", "Facet", "FacetValue", "Found", "Query", "asked", "find", "parse", "usual_sort"]

SORTS = ("title", "date", "updated")
"""What entries can be sorted by besides their fields; a field of the same key wins."""
OWN = {"q", "sort", "page", "project"}
ENDS = {"from": 0, "to": 1}
MOST_VALUES, MOST_WORDS, LONGEST = 50, 8, 200


@dataclass(frozen=True)
class Query:
    """What is asked: filters are OR inside a field, AND between fields.

    `ranges` bounds numbers and dates (POSIX seconds), both ends inside; in an address they are
    `<field>.from` and `<field>.to`. `sort` is a sort name, with `-` before it for the reverse.
    `project_id` is `project` in an address.
    """

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    q: str = ""
    sort: str = ""
    page: int = 1
    project_id: int | None = None
    typed_ranges: Mapping[str, str] = field(default_factory=dict, compare=False)

    def args(self) -> dict[str, list[str]]:
        """Return the query as arguments of an address, without the page number."""
        found = {key: list(texts) for key, texts in self.filters.items() if texts}
        found |= {name: [typed] for name, typed in self.typed_ranges.items()}
        words = {"q": self.q, "sort": self.sort, "project": str(self.project_id or "")}
        return found | {name: [text] for name, text in words.items() if text}

    def without(self, key: str, text: str | None = None) -> Query:
        """Return the query without one value of a filter, or all of it, on its first page."""
        left = tuple(one for one in self.filters.get(key, ()) if text is not None and one != text)
        filters = {name: texts for name, texts in self.filters.items() if name != key}
        ranges = {name: ends for name, ends in self.ranges.items() if name != key}
        typed = {
            name: end for name, end in self.typed_ranges.items() if name.partition(".")[0] != key
        }
        kept = filters | ({key: left} if left else {})
        return replace(self, filters=kept, ranges=ranges, typed_ranges=typed, page=1)


@dataclass(frozen=True)
class Found:
    """What a query found: `specs` are the fields this actor may read of any entry."""

    form: Form
    entries: Sequence[Entry]
    total: int
    facets: Sequence[Facet]
    paging: Paging
    query: Query
    specs: Sequence[FieldSpec]
    actor: Actor


def parse(
    form: Form, args: Mapping[str, Any], *, actor: Actor, besides: Iterable[str] = ()
) -> Query:
    """Read a query from arguments: a MultiDict, or macro parameters with `|` between values.

    Raises Invalid on an argument that is no field this actor may read and filter by, nor in
    `besides` (what the caller reads itself).
    """
    specs = {spec.key: spec for spec in forms.readable_specs(form, actor)}
    given = {name: _texts(args, name) for name in args if name not in set(besides)}
    filters: dict[str, tuple[str, ...]] = {}
    typed: dict[str, str] = {}
    for name in given.keys() - OWN:
        key, _dot, end = name.partition(".")
        _check(specs, key, end)
        if end and given[name]:
            typed[name] = given[name][0]
        elif given[name]:
            filters[key] = given[name]
    own = {name: (given.get(name) or ("",))[0] for name in OWN}
    query = Query(
        filters=filters,
        ranges=_ranges(specs, typed),
        q=" ".join(own["q"].split()),
        sort=own["sort"],
        page=_number("page", own["page"]) or 1,
        project_id=_number("project", own["project"]),
        typed_ranges=typed,
    )
    _check_sort(specs, query.sort)
    return query


def asked(form: Form, *, actor: Actor, besides: Iterable[str] = ("view",)) -> Query:
    """Read the query of the address at hand. Aborts 400 on what `parse` refuses."""
    try:
        return parse(form, request.args, actor=actor, besides=besides)
    except Invalid:
        abort(400)


def find(
    form: Form, query: Query, *, actor: Actor, page_size: int | None = 24, facets: bool = True
) -> Found:
    """Return the entries a query asks for; `page_size` None: all. Aborts 404 past the last page.

    Raises Invalid when a query made by hand names what this actor may not read.
    """
    specs = forms.readable_specs(form, actor)
    by_key = {spec.key: spec for spec in specs}
    for key in query.filters:
        _check(by_key, key, "")
    for key in query.ranges:
        _check(by_key, key, "from")
    _check_sort(by_key, query.sort)
    base, conditions = _base(form, query, specs, actor), _conditions(form, query, by_key, actor)
    every = base.where(*conditions.values())
    total = db.session().scalar(select(func.count()).select_from(every.subquery())) or 0
    paging = Paging(query.page, total, page_size or max(total, 1))
    if query.page > paging.pages:
        abort(404)
    rows = every.with_only_columns(Page).options(joinedload(Page.head))
    rows = (
        _sorted(rows, form, by_key, query.sort or usual_sort(specs))
        .limit(paging.size)
        .offset(paging.offset)
    )
    pages = db.session().scalars(rows).all() if total else ()
    found = (
        [spec for spec in specs if spec.facet and forms.type_of(spec).can_facet] if facets else []
    )
    return Found(
        form,
        reading.entries_of(pages, actor=actor),
        total,
        faceting.facets(form.id, found, base, conditions, query.filters, actor=actor),
        paging,
        query,
        specs,
        actor,
    )


def _texts(args: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the values of an argument, each once."""
    if isinstance(args, MultiDict):
        raw = args.getlist(name)
    else:
        value = args[name]
        raw = value.split("|") if isinstance(value, str) else list(value)
    texts = tuple(dict.fromkeys(text for text in (one.strip() for one in raw) if text))
    if len(texts) > MOST_VALUES or any(len(text) > LONGEST for text in texts):
        raise Invalid(**{name[:40]: _("Too much is asked at once.")})
    if any("\x00" in text for text in texts):
        raise Invalid(**{name[:40]: _("This cannot be looked for.")})
    return texts


def _check(specs: Mapping[str, FieldSpec], key: str, end: str) -> None:
    """Refuse what is not a field that this reader may filter by. Raises Invalid."""
    spec = specs.get(key)
    kind = forms.field_types().get(spec.type) if spec else None
    if kind is None or (end and end not in ENDS) or (not end and not kind.can_facet):
        raise Invalid(**{key[:40] or "filter": _("Entries cannot be filtered by this.")})


def usual_sort(specs: Sequence[FieldSpec]) -> str:
    """Return what a list is sorted by unasked: what always has its hour comes latest first."""
    dates = [spec for spec in specs if spec.type == "date" and spec.required and spec.in_list]
    return next((f"-{spec.key}" for spec in dates if with_hour(spec)), "title")


def _check_sort(specs: Mapping[str, FieldSpec], sort: str) -> None:
    key = sort.removeprefix("-")
    spec = specs.get(key)
    kind = forms.field_types().get(spec.type) if spec else None
    if key and key not in SORTS and not (kind and kind.can_sort):
        raise Invalid(sort=_("Entries cannot be sorted by this."))


def _ranges(
    specs: Mapping[str, FieldSpec], typed: Mapping[str, str]
) -> dict[str, tuple[float | None, float | None]]:
    found: dict[str, list[float | None]] = {}
    for name, text in typed.items():
        key, _dot, end = name.partition(".")
        kind = forms.type_of(specs[key])
        try:
            bound = kind.bound(specs[key], text, upper=end == "to")
        except BadValue as error:
            raise Invalid(**{key: str(error)}) from error
        found.setdefault(key, [None, None])[ENDS[end]] = bound
    return {key: (ends[0], ends[1]) for key, ends in found.items()}


def _number(name: str, text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text[:10]) < 2**31 and len(text) < 11):
        raise Invalid(**{name: _("A whole number is expected.")})
    return int(text)


def _base(form: Form, query: Query, specs: Sequence[FieldSpec], actor: Actor) -> Select[tuple[int]]:
    """Return the query of the identifiers of what is asked, but for the filters of facets."""
    found = visible_pages(actor).where(Page.kind == "entry", Page.form_id == form.id)
    if query.project_id is not None:
        found = found.where(Page.project_id == query.project_id)
    spans = (
        {spec.key for spec in specs if forms.field_types()[spec.type].spans}
        if query.ranges
        else set()
    )
    for key, (least, most) in query.ranges.items():
        if key in spans and least is not None:
            found = found.where(_has(form, f"{key}~end", EntryValue.number >= least))
            least = None
        bounds = [EntryValue.number >= least] if least is not None else []
        bounds += [EntryValue.number <= most] if most is not None else []
        found = found.where(_has(form, key, and_(*bounds)))
    fields = [words_field(spec.key) for spec in specs if spec.searchable or spec.key == "title"]
    for word in [fold(word) for word in query.q.split()][:MOST_WORDS]:
        found = found.where(_has(form, fields, EntryValue.text.contains(word, autoescape=True)))
    return found.with_only_columns(Page.id)


def _conditions(
    form: Form, query: Query, specs: Mapping[str, FieldSpec], actor: Actor
) -> dict[str, ColumnElement[bool]]:
    """Return the condition of each filter; a related entry this reader may not see matches none."""
    related = [
        text
        for key, texts in query.filters.items()
        if specs[key].type == "relation"
        for text in texts
    ]
    seen = {str(one) for one in reading.targets_of(map(int, filter(is_id, related)), actor=actor)}
    hidden = set(related) - seen
    return {
        key: _has(
            form,
            key,
            EntryValue.text.in_(set(texts) - hidden if specs[key].type == "relation" else texts),
        )
        for key, texts in query.filters.items()
        if texts
    }


def _has(
    form: Form, fields: str | Sequence[str], condition: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Return the condition that an entry has a value such as this in one of these fields."""
    wanted = [fields] if isinstance(fields, str) else fields
    values = select(EntryValue.page_id).where(
        EntryValue.form_id == form.id, EntryValue.field.in_(wanted), condition
    )
    return Page.id.in_(values)


def _sorted(
    rows: Select[Any], form: Form, specs: Mapping[str, FieldSpec], sort: str
) -> Select[Any]:
    """Order by a field's number, then its text, what has none last, then by identifier."""
    key, backwards = sort.removeprefix("-") or "title", sort.startswith("-")
    if key not in specs and key != "title":
        column = {"date": Page.created_at, "updated": Page.updated_at}[key]
        return rows.order_by(column.desc() if backwards else column, Page.id)
    # What sorts has one value an entry, so that joining it adds no row.
    held = aliased(EntryValue)
    rows = rows.outerjoin(held, and_(held.page_id == Page.id, held.field == key))
    for value in (held.number, held.text):
        rows = rows.order_by(value.is_(None), value.desc() if backwards else value)
    return rows.order_by(Page.id)
