"""What is asked of a list: a query, read from an address or a macro's parameters by an allow-list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from wiki.bazar.field import BadValue
from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec, Form
from wiki.bazar.query import proximity
from wiki.bazar.query.proximity import Near
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.core.params import Param

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


def parse(
    form: Form,
    args: Mapping[str, Any],
    *,
    actor: Actor,
    besides: Iterable[str] = (),
    view_settings: Mapping[str, Param] | None = None,
) -> Query:
    """Read a query from arguments: a MultiDict, or macro parameters with `|` between values.

    Raises Invalid on an argument that is not a field this actor may read and filter by, not one of
    `view_settings` (given as `_<name>`), and not in `besides` (what the caller reads itself).
    """
    specs = {spec.key: spec for spec in forms.readable_specs(form, actor)}
    given = {name: _texts(args, name) for name in args if name not in set(besides)}
    filters: dict[str, tuple[str, ...]] = {}
    typed: dict[str, str] = {}
    settings = {name: texts for name, texts in given.items() if name.startswith("_")}
    for name in given.keys() - OWN - settings.keys():
        key, _dot, end = name.partition(".")
        check_field(specs, key, end)
        if end and given[name]:
            typed[name] = given[name][0]
        elif given[name]:
            filters[key] = given[name]
    own = {name: (given.get(name) or ("",))[0] for name in OWN}
    query = Query(
        filters=filters,
        ranges=_ranges(specs, typed),
        near={
            name.partition(".")[0]: proximity.read(text, form, name.partition(".")[0], actor=actor)
            for name, text in typed.items()
            if name.endswith(f".{NEAR}")
        },
        settings=_check_settings(specs, settings, view_settings or {}),
        q=" ".join(own["q"].split()),
        sort=own["sort"],
        page=_number("page", own["page"]) or 1,
        project_id=_number("project", own["project"]),
        typed_ranges=typed,
    )
    check_sort(specs, query.sort)
    return query


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


def check_field(specs: Mapping[str, FieldSpec], key: str, end: str) -> None:
    """Refuse what is not a field that this reader may filter by. Raises Invalid."""
    spec = specs.get(key)
    kind = forms.field_types().get(spec.type) if spec else None
    ends = {*ENDS, NEAR} if kind and kind.place else ENDS
    if kind is None or (end and end not in ends) or (not end and not kind.can_facet):
        raise Invalid(**{key[:40] or "filter": _("Entries cannot be filtered by this.")})


def check_sort(specs: Mapping[str, FieldSpec], sort: str) -> None:
    """Refuse what is not a field that this reader may sort by. Raises Invalid."""
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


def _check_settings(
    specs: Mapping[str, FieldSpec],
    given: Mapping[str, tuple[str, ...]],
    known: Mapping[str, Param],
) -> dict[str, tuple[str, ...]]:
    """Return the settings of views by name. Raises Invalid on an unknown name, field or choice."""
    settings = {}
    for name, texts in given.items():
        param = known.get(name[1:])
        fields = param is not None and param.kind in {"field", "fields"}
        unknown = [text for text in texts if fields and text not in {*specs, *SORTS}]
        wrong = param is not None and param.choices and not set(texts) <= set(param.choices)
        if param is None or unknown or wrong:
            raise Invalid(**{name[:40]: _("Entries cannot be shown by this.")})
        if texts:
            settings[name[1:]] = texts
    return settings
