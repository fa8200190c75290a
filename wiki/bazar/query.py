"""What entries to list: a query read from an address by an allow-list, and what it finds.

Everything is found among `visible_pages(actor)`, in a number of statements that does not grow with
the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import abort, request
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased, joinedload
from werkzeug.datastructures import MultiDict

from wiki.bazar import facets as faceting
from wiki.bazar import forms, nearness, reading
from wiki.bazar.entry_kind import words_field
from wiki.bazar.facets import Facet, FacetValue, is_id
from wiki.bazar.fields.base import BadValue
from wiki.bazar.fields.date import with_hour
from wiki.bazar.models import EntryValue, FieldSpec, Form
from wiki.bazar.nearness import Near
from wiki.bazar.reading import Entry
from wiki.bazar.views import settings as view_settings
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
NEAR = "near"
"""After the key of a place: what is within some kilometres of somewhere."""
MOST_VALUES, MOST_WORDS, LONGEST = 50, 8, 200


@dataclass(frozen=True)
class Query:
    """What is asked: filters are OR inside a field, AND between fields.

    `ranges` bounds numbers and dates (POSIX seconds), both ends inside; in an address they are
    `<field>.from` and `<field>.to`. `near` bounds places; it is `<field>.near`. `sort` is a sort name,
    with `-` before it for the reverse; `usual` is what sorts unasked. `project_id` is `project` in an
    address. `settings` are a view's own, `_<name>` in an address.
    """

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    q: str = ""
    sort: str = ""
    page: int = 1
    project_id: int | None = None
    typed_ranges: Mapping[str, str] = field(default_factory=dict, compare=False)
    near: Mapping[str, Near] = field(default_factory=dict)
    settings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    usual: str = field(default="", compare=False)

    def setting(self, name: str) -> str:
        """Return the first value of a setting of the view, "" without one."""
        return (self.settings.get(name) or ("",))[0]

    def args(self) -> dict[str, list[str]]:
        """Return the query as arguments of an address, without the page number."""
        found = {key: list(texts) for key, texts in self.filters.items() if texts}
        found |= {name: [typed] for name, typed in self.typed_ranges.items()}
        found |= {f"_{name}": list(texts) for name, texts in self.settings.items() if texts}
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
        near = {name: place for name, place in self.near.items() if name != key}
        return replace(self, filters=kept, ranges=ranges, typed_ranges=typed, near=near, page=1)

    def without_settings(self) -> Query:
        """Return the query without the settings of any view."""
        return replace(self, settings={})

    def showing(self, **settings: str | Sequence[str]) -> Query:
        """Return the query with these settings of its view, "" taking one away, on its first page."""
        texts = {
            name: (given,) if isinstance(given, str) else tuple(given)
            for name, given in settings.items()
        }
        kept = {n: t for n, t in {**self.settings, **texts}.items() if any(t)}
        return replace(self, settings=kept, page=1)


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

    def spec(self, key: str) -> FieldSpec | None:
        """Return a field this actor may read by its key."""
        return next((spec for spec in self.specs if spec.key == key), None)


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
    settings = {name: texts for name, texts in given.items() if name.startswith("_")}
    for name in given.keys() - OWN - settings.keys():
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
        near={
            name.partition(".")[0]: nearness.read(text, form, name.partition(".")[0], actor=actor)
            for name, text in typed.items()
            if name.endswith(f".{NEAR}")
        },
        settings=_settings(specs, settings),
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
    """Return the entries a query asks for; `page_size` None: all, 0: only how many and which.

    Aborts 404 past the last page.

    Raises Invalid when a query made by hand names what this actor may not read.
    """
    specs = forms.readable_specs(form, actor)
    by_key = {spec.key: spec for spec in specs}
    for key in query.filters:
        _check(by_key, key, "")
    for key in [*query.ranges, *query.near]:
        _check(by_key, key, NEAR if key in query.near else "from")
    _check_sort(by_key, query.sort)
    base, conditions = _base(form, query, specs, actor), _conditions(form, query, by_key, actor)
    every = base.where(*conditions.values())
    total = db.session().scalar(select(func.count()).select_from(every.subquery())) or 0
    paging = Paging(query.page, total, page_size or max(total, 1))
    if query.page > paging.pages:
        abort(404)
    rows = every.with_only_columns(Page).options(joinedload(Page.head))
    rows = (
        _sorted(rows, form, by_key, _sorts(query, by_key)).limit(paging.size).offset(paging.offset)
    )
    pages = db.session().scalars(rows).all() if total and page_size != 0 else ()
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
    rows = _sorted(rows, found.form, specs, [sort] if sort else _sorts(found.query, specs))
    return reading.entries_of(db.session().scalars(rows.limit(most)).all(), actor=found.actor)


def has(
    found: Found, fields: str | Sequence[str], condition: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Return the condition that an entry has a value such as this in one of these fields."""
    return _has(found.form, fields, condition)


def usual_sort(specs: Sequence[FieldSpec]) -> str:
    """Return what a list is sorted by unasked: what always has its hour comes latest first."""
    dates = [spec for spec in specs if spec.type == "date" and spec.required and spec.in_list]
    return next((f"-{spec.key}" for spec in dates if with_hour(spec)), "title")


def can_group(spec: FieldSpec) -> bool:
    """Answer whether entries can stand in groups by a field: it has one value of a few."""
    kind = forms.field_types().get(spec.type)
    return bool(kind and kind.can_facet and kind.can_sort)


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
    ends = {*ENDS, NEAR} if spec and spec.type == "location" else ENDS
    if kind is None or (end and end not in ends) or (not end and not kind.can_facet):
        raise Invalid(**{key[:40] or "filter": _("Entries cannot be filtered by this.")})


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
        if end == NEAR:
            continue
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
    for key, near in query.near.items():
        found = found.where(nearness.within(near, form, key))
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


def _sorts(query: Query, specs: Mapping[str, FieldSpec]) -> list[str]:
    """Return what a list is sorted by, in turn: its groups first."""
    group = specs.get(query.setting("group"))
    grouped = [group.key] if group and can_group(group) else []
    return [*grouped, query.sort or query.usual or usual_sort(list(specs.values()))]


def _sorted(
    rows: Select[Any], form: Form, specs: Mapping[str, FieldSpec], sorts: Sequence[str]
) -> Select[Any]:
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


def _settings(
    specs: Mapping[str, FieldSpec], given: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Return the settings of views by their names. Raises Invalid on those that no view has."""
    known = view_settings()
    found = {}
    for name, texts in given.items():
        param = known.get(name[1:])
        fields = param is not None and param.kind in {"field", "fields"}
        unknown = [text for text in texts if fields and text not in {*specs, *SORTS}]
        wrong = param is not None and param.choices and not set(texts) <= set(param.choices)
        if param is None or unknown or wrong:
            raise Invalid(**{name[:40]: _("Entries cannot be shown by this.")})
        if texts:
            found[name[1:]] = texts
    return found
