"""What a view must say of itself: a name, its settings and what its template needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.forms import forms
from wiki.core.params import Param

if TYPE_CHECKING:
    from wiki.bazar.entries.entry_view import Entry
    from wiki.bazar.field import Field
    from wiki.bazar.models import FieldSpec
    from wiki.bazar.query.results import Found

Row = TypeVar("Row", bound="tuple[Entry, Any]")

Trait = Callable[["Field"], bool]
"""Answers whether a type of field has what a view shows."""
TEMPORAL: Trait = attrgetter("temporal")
NUMERIC: Trait = attrgetter("numeric")
COUNTABLE: Trait = attrgetter("countable")
IMAGE: Trait = attrgetter("stores_image")
PLACE: Trait = attrgetter("place")

GROUP = Param("group", _l("Group by"), "field")


class View:
    """The contract: the template is `bazar/views/<name>.html`, filled with `found` and this context.

    `options` are the settings of the view, in an address with `_` before their name; `takes` says of
    those that name fields (kinds `field` and `fields`) which trait of a type they need. A view that is not
    `paged` finds itself, among `found.ids`, what it shows. `common` ones stand first among the tabs.
    """

    name: ClassVar[str]
    label: ClassVar[Any]
    summary: ClassVar[str] = ""
    """What it shows, in a few words of English for the documentation."""
    icon: ClassVar[str] = "list"
    page_size: ClassVar[int] = 24
    paged: ClassVar[bool] = True
    common: ClassVar[bool] = False
    groups_rows: ClassVar[bool] = False
    options: ClassVar[tuple[Param, ...]] = ()
    takes: ClassVar[Mapping[str, Trait]] = {}

    def context(self, found: Found) -> dict[str, Any]:
        """Return what the template needs beyond `found`."""
        return {}

    def suits(self, specs: Sequence[FieldSpec]) -> bool:
        """Answer whether the form has what this view shows (a map needs a location)."""
        return True

    def usual_sort(self, specs: Sequence[FieldSpec]) -> str:
        """Return what this view is sorted by unasked, "" as every list."""
        return ""

    def settings(self) -> tuple[Param, ...]:
        """Return the settings people choose."""
        return (*self.options, *((GROUP,) if self.groups_rows else ()))

    def candidates(self, specs: Sequence[FieldSpec], name: str) -> list[FieldSpec]:
        """Return the fields that a setting can name."""
        from wiki.bazar.query import results

        if name == GROUP.name:
            return [spec for spec in specs if results.can_group(spec)]
        trait = self.takes.get(name)
        return [spec for spec in specs if trait(forms.traits_of(spec))] if trait else []

    def field(self, found: Found, name: str) -> FieldSpec | None:
        """Return the field that a setting names, else the first one it can name."""
        return self.field_set(found, name) or next(iter(self.candidates(found.specs, name)), None)

    def field_set(self, found: Found, name: str) -> FieldSpec | None:
        """Return the field that a setting names, None when it names none of its own."""
        wanted = found.query.setting(name)
        fits = self.candidates(found.specs, name)
        return next((spec for spec in fits if spec.key == wanted), None)

    def grouped(self, found: Found, rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
        """Return rows under the headings they stand under; one heading, "", when nothing groups them."""
        spec = self.field_set(found, GROUP.name)
        if spec is None:
            return [("", list(rows))]
        key = spec.key
        return [
            (heading or _("Without answer"), list(of_heading))
            for heading, of_heading in groupby(rows, key=lambda row: row[0].text(key))
        ]


def first_of(specs: Iterable[FieldSpec], trait: Trait) -> FieldSpec | None:
    """Return the first field whose type has a trait, those shown in lists first."""
    fits = [spec for spec in specs if trait(forms.traits_of(spec))]
    return next((spec for spec in fits if spec.in_list), fits[0] if fits else None)
