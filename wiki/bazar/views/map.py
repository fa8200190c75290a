"""Entries on a map, beside the same entries as a list: the dot bears the number of the row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.entries.summary import brief
from wiki.bazar.forms import forms
from wiki.bazar.query import aggregates
from wiki.bazar.remote import cache
from wiki.bazar.values import map
from wiki.bazar.values.map import Spot
from wiki.bazar.views.base import PLACE, View
from wiki.bazar.views.support import clusters
from wiki.bazar.views.support.clusters import Look
from wiki.core.params import Param

if TYPE_CHECKING:
    from wiki.bazar.entries.entry_view import Entry
    from wiki.bazar.field import Field
    from wiki.bazar.models import FieldSpec
    from wiki.bazar.query.results import Found


def _is_category(kind: Field) -> bool:
    return kind.single_choice and not kind.numeric


class MapView(View):
    """A map; it needs a field of place. What other pages hold stands in clusters."""

    name: ClassVar[str] = "map"
    summary: ClassVar[str] = "a map and the same entries as a list; other pages in clusters"
    label = _l("Map and list")
    icon = "map"
    common = True
    options: ClassVar[tuple[Param, ...]] = (
        Param("place", _l("Place"), "field"),
        Param("by", _l("Colours by"), "field"),
    )
    takes: ClassVar[dict[str, Any]] = {"place": PLACE, "by": _is_category}

    def suits(self, specs: Sequence[FieldSpec]) -> bool:
        """Answer whether the reader may read a place."""
        return bool(self.candidates(specs, "place"))

    def context(self, found: Found) -> dict[str, Any]:
        """Return the drawing, and the rows with their numbers and whether they have a dot."""
        place, by = self.field(found, "place"), self.field_set(found, "by")
        looks = _looks(found, by)
        first = found.paging.offset + 1
        numbered = [(first + row, entry) for row, entry in enumerate(found.entries)]
        spots = [_spot(entry, place, number) for number, entry in numbered]
        around = clusters.around(found, place, by, looks) if place else []
        marks = [Spot(c.lat, c.lon, "", c.url, -at) for at, c in enumerate(around, 1)]
        drawn = map.drawing([*filter(None, spots), *marks, *_beside(found)])
        on_map = {dot.spot.number for dot in drawn.dots}
        rows = [
            (
                number,
                entry,
                brief(entry.data, found.specs),
                _state(spot, on_map),
                looks.get(_text(by, entry)),
            )
            for (number, entry), spot in zip(numbered, spots, strict=True)
        ]
        return {
            "drawing": drawn,
            "rows": rows,
            "looks": looks,
            "by": by,
            "look_of": {number: look for number, _entry, _brief, _state, look in rows},
            "clusters": {-at: one for at, one in enumerate(around, 1)},
        }


def _looks(found: Found, by: FieldSpec | None) -> dict[str, Look]:
    """Return the colour, icon and label of each value by its indexed text."""
    if by is None:
        return {}
    own, texts = aggregates.looks(by), aggregates.counts(found, by)
    return {
        text: Look(
            label, at % 8, own.get(text, {}).get("color", ""), own.get(text, {}).get("icon", "")
        )
        for at, (text, label) in enumerate(aggregates.labelled(found, by, texts))
    } | {"": Look(_("Without answer"), 7)}


def _text(by: FieldSpec | None, entry: Entry) -> str:
    if by is None or by.key not in entry.data:
        return ""
    rows = forms.type_of(by).index(by, entry.data[by.key])
    return str(rows[0].text) if rows else ""


def _beside(found: Found) -> list[Spot]:
    """Return the places of entries of other wikis, which have no number."""
    rows = cache.beside(found.form, found.query).rows
    return [
        Spot(entry.lat, entry.lon, title=f"{entry.title}, {source.host}", url=entry.url)
        for entry, source in rows
        if entry.lat is not None and entry.lon is not None
    ]


def _spot(entry: Entry, place: FieldSpec | None, number: int | None = None) -> Spot | None:
    where = map.place_of(entry.data.get(place.key)) if place else None
    return Spot(*where, title=entry.title, url=entry.url, number=number) if where else None


def _state(spot: Spot | None, on_map: set[int | None]) -> str:
    if spot is None:
        return "nowhere"
    return "on" if spot.number in on_map else "outside"
