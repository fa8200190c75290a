"""Entries on a map, beside the same entries as a list: the dot bears the number of the row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from wiki.bazar import map_drawing, query
from wiki.bazar.brief import brief
from wiki.bazar.map_drawing import Spot
from wiki.bazar.models import FieldSpec
from wiki.bazar.views.base import View

if TYPE_CHECKING:
    from wiki.bazar.query import Found
    from wiki.bazar.reading import Entry

MOST_SMALL = 500
"""Entries of other pages shown as small dots, at most."""


class MapView(View):
    """A map; it needs a field of place."""

    name = "map"
    label = _l("Map and list")
    icon = "map"

    def suits(self, found: Found) -> bool:
        """Answer whether the reader may read a place."""
        return _place(found.specs) is not None

    def context(self, found: Found) -> dict[str, Any]:
        """Return the drawing, and the rows with their numbers and whether they have a dot."""
        place = _place(found.specs)
        first = found.paging.offset + 1
        numbered = [(first + row, entry) for row, entry in enumerate(found.entries)]
        spots = [_spot(entry, place, number) for number, entry in numbered]
        drawn = map_drawing.drawing([*filter(None, spots), *_others(found, place)])
        on_map = {dot.spot.number for dot in drawn.dots}
        rows = [
            (number, entry, brief(entry.data, found.specs), _state(spot, on_map))
            for (number, entry), spot in zip(numbered, spots, strict=True)
        ]
        return {"drawing": drawn, "rows": rows}


def _place(specs: Sequence[FieldSpec]) -> FieldSpec | None:
    return next((spec for spec in specs if spec.type == "location"), None)


def _spot(entry: Entry, place: FieldSpec | None, number: int | None = None) -> Spot | None:
    where = map_drawing.place_of(entry.data.get(place.key)) if place else None
    return Spot(*where, title=entry.title, url=entry.url, number=number) if where else None


def _others(found: Found, place: FieldSpec | None) -> list[Spot]:
    """Return the spots of what the other pages of these results hold."""
    if found.paging.pages == 1:
        return []
    every = query.find(
        found.form,
        replace(found.query, page=1),
        actor=found.actor,
        page_size=MOST_SMALL,
        facets=False,
    )
    here = {entry.page.id for entry in found.entries}
    spots = (_spot(entry, place) for entry in every.entries if entry.page.id not in here)
    return [spot for spot in spots if spot]


def _state(spot: Spot | None, on_map: set[int | None]) -> str:
    if spot is None:
        return "nowhere"
    return "on" if spot.number in on_map else "outside"
