"""What a map shows of the entries of other pages: near ones together, as one circle with their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import log2
from typing import TYPE_CHECKING

from wiki.bazar.models import FieldSpec
from wiki.bazar.query import aggregates, proximity
from wiki.bazar.values import map
from wiki.bazar.views.support.urls import list_url

if TYPE_CHECKING:
    from wiki.bazar.query.results import Found

CELL = 60.0
"""Side of a square of the map whose entries stand together, in units of its view box."""
SMALLEST, LARGEST = 5.0, 14.0


@dataclass(frozen=True)
class Look:
    """How a value shows: its label, a number of the palette, the colour and the icon its list gives."""

    label: str
    colour: int = 0
    own: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Cluster:
    """Entries of a small piece of the map: where, how many, how they look, the list of them."""

    lat: float
    lon: float
    count: int
    radius: float
    url: str
    look: Look | None


def around(
    found: Found, place: FieldSpec, by: FieldSpec | None, looks: Mapping[str, Look]
) -> list[Cluster]:
    """Return the clusters of all that a list found, but for the entries of its page."""
    here = {entry.page.id for entry in found.entries}
    if found.total <= len(here):
        return []
    land = map.outline()
    cells: dict[tuple[int, int], list[tuple[float, float, str]]] = {}
    for page_id, lat, lon, text in aggregates.points(found, place, by):
        if page_id not in here and land.holds(lat, lon):
            x, y = land.xy(lat, lon)
            cells.setdefault((int(x / CELL), int(y / CELL)), []).append((lat, lon, text))
    return [_cluster(found, place, of_cell, looks if by else {}) for of_cell in cells.values()]


def _cluster(
    found: Found,
    place: FieldSpec,
    held: list[tuple[float, float, str]],
    looks: Mapping[str, Look],
) -> Cluster:
    count = len(held)
    lat, lon = sum(one[0] for one in held) / count, sum(one[1] for one in held) / count
    far = max(proximity.distance(lat, lon, one[0], one[1]) for one in held)
    typed = f"{lat:.3f}, {lon:.3f}, {max(1, round(far + 0.5))}"
    asked = replace(
        found.query.without(place.key),
        typed_ranges={**found.query.typed_ranges, f"{place.key}.near": typed},
    )
    most = Counter(one[2] for one in held).most_common(1)[0][0]
    radius = min(LARGEST, SMALLEST + 1.5 * log2(count))
    return Cluster(
        lat, lon, count, radius, list_url(found.form, asked, view="map"), looks.get(most)
    )
