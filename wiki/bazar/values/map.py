"""Maps drawn by the server over a shipped outline: numbered dots, a place, a picker. No tiles.

The outline file says its own projection; which entries go on a map is the map view's business.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from math import atan2, cos, hypot, pi, sin
from pathlib import Path
from typing import Any

from flask import current_app
from markupsafe import Markup

from wiki.core.http import template_markup
from wiki.core.names import fold

FILE = "outline-europe-west.json"
RADIUS = 12.0
"""Of a numbered dot, in units of the outline's view box."""
APART = 2 * RADIUS + 3
GOLDEN = pi * (3 - 5**0.5)
"""The angle from one turn of a sunflower's spiral to the next."""
ROUNDS = 60
"""How often overlapping dots push each other at most; a page of them settles in a few rounds."""

CLOSEST = 60.0
"""Side of the smallest piece of the outline that is drawn: nearer, it is no landmark."""

TOWNS = (
    ("Paris", 48.86, 2.35),
    ("Lille", 50.63, 3.06),
    ("Bruxelles", 50.85, 4.35),
    ("Caen", 49.18, -0.37),
    ("Brest", 48.39, -4.49),
    ("Rennes", 48.11, -1.68),
    ("Nantes", 47.22, -1.55),
    ("Tours", 47.39, 0.69),
    ("Bordeaux", 44.84, -0.58),
    ("Toulouse", 43.6, 1.44),
    ("Montpellier", 43.61, 3.88),
    ("Marseille", 43.3, 5.37),
    ("Nice", 43.7, 7.27),
    ("Grenoble", 45.19, 5.73),
    ("Lyon", 45.76, 4.84),
    ("Clermont-Fd", 45.78, 3.08),
    ("Genève", 46.2, 6.14),
    ("Dijon", 47.32, 5.04),
    ("Reims", 49.26, 4.03),
    ("Strasbourg", 48.57, 7.75),
    ("Ajaccio", 41.92, 8.74),
)
"""Landmarks for whoever points at a place: name, latitude, longitude."""


@dataclass(frozen=True)
class Outline:
    """The shipped outline: where it lies on Earth, and its drawing."""

    west: float
    east: float
    south: float
    north: float
    scale_x: float
    scale_y: float
    width: int
    height: int
    view_box: str
    land: str
    far: str

    def holds(self, lat: float, lon: float) -> bool:
        """Answer whether a point of Earth is on the drawing."""
        return self.south <= lat <= self.north and self.west <= lon <= self.east

    def xy(self, lat: float, lon: float) -> tuple[float, float]:
        """Return where a point of Earth is, in units of the view box."""
        return (lon - self.west) * self.scale_x, (self.north - lat) * self.scale_y


@dataclass(frozen=True)
class Spot:
    """A point of Earth to mark: with a number when it has a row beside the map."""

    lat: float
    lon: float
    title: str
    url: str
    number: int | None = None


@dataclass(frozen=True)
class Dot:
    """A spot as drawn: at (x, y), led to (at_x, at_y) where it stands when others pushed it."""

    spot: Spot
    x: float
    y: float
    at_x: float
    at_y: float

    @property
    def moved(self) -> bool:
        return hypot(self.x - self.at_x, self.y - self.at_y) > RADIUS / 3


@dataclass(frozen=True)
class Drawing:
    """What the map template draws: numbered dots, small ones, and the spots beyond its edges."""

    outline: Outline
    dots: Sequence[Dot]
    small: Sequence[Dot]
    outside: Sequence[Spot]


def outline() -> Outline:
    """Return the outline shipped with the wiki."""
    return _read(Path(current_app.static_folder or "") / FILE)


def drawing(spots: Iterable[Spot]) -> Drawing:
    """Place spots on the outline, numbered ones apart so that each can be touched."""
    land = outline()
    inside: list[Spot] = []
    outside: list[Spot] = []
    for spot in spots:
        (inside if land.holds(spot.lat, spot.lon) else outside).append(spot)
    placed = [_dot(spot, land) for spot in inside]
    numbered = _spread([dot for dot in placed if dot.spot.number is not None], land)
    return Drawing(land, numbered, [dot for dot in placed if dot.spot.number is None], outside)


def small(lat: float, lon: float, label: str = "") -> Markup:
    """Return a small map with one place on it; nothing when the place is off the outline."""
    land = outline()
    if not land.holds(lat, lon):
        return Markup()
    x, y = land.xy(lat, lon)
    return template_markup("bazar/map_small.html", outline=land, x=x, y=y, label=label)


def zone(lines: Sequence[Sequence[Sequence[float]]], label: str = "") -> Markup:
    """Return a map near a zone's lines, (longitude, latitude) each; nothing when all lie off the outline."""
    land = outline()
    if not any(land.holds(lat, lon) for line in lines for lon, lat in line):
        return Markup()
    drawn = [[land.xy(lat, lon) for lon, lat in line] for line in lines]
    xs = [x for line in drawn for x, _y in line]
    ys = [y for line in drawn for _x, y in line]
    side = min(max(max(xs) - min(xs), max(ys) - min(ys)) * 1.6, land.width) or CLOSEST
    side = max(side, CLOSEST)
    box = ((min(xs) + max(xs) - side) / 2, (min(ys) + max(ys) - side * 0.8) / 2, side, side * 0.8)
    path = "".join("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in line) for line in drawn)
    view_box = " ".join(f"{number:.1f}" for number in box)
    return template_markup(
        "bazar/map_zone.html", outline=land, path=path, box=view_box, label=label
    )


def picker(lat: float | None = None, lon: float | None = None) -> Markup:
    """Return the map on which a script lets people point at a place, beside two inputs."""
    land = outline()
    here = (
        land.xy(lat, lon) if lat is not None and lon is not None and land.holds(lat, lon) else None
    )
    towns = [(name, *land.xy(*at)) for name, *at in TOWNS if land.holds(*at)]
    return template_markup("bazar/map_picker.html", outline=land, here=here, towns=towns)


def place_of(value: Any) -> tuple[float, float] | None:
    """Return where a location field's stored value is: its point, else its town when we know it."""
    city = value.get("city") if isinstance(value, dict) else None
    known = town_at(city) if isinstance(city, str) else None
    return point_of(value) or known


def town_at(name: str) -> tuple[float, float] | None:
    """Return where a town is, of those we know."""
    wanted = fold(name.strip())
    return next(((lat, lon) for town, lat, lon in TOWNS if fold(town) == wanted), None)


def point_of(value: Any) -> tuple[float, float] | None:
    """Return the latitude and longitude of a location field's stored value, if it has both."""
    if not isinstance(value, dict):
        return None
    lat, lon = value.get("lat"), value.get("lon")
    if isinstance(lat, int | float) and isinstance(lon, int | float):
        return float(lat), float(lon)
    return None


@lru_cache(maxsize=4)
def _read(path: Path) -> Outline:
    read = json.loads(path.read_text())
    return Outline(**{name: read[name] for name in Outline.__dataclass_fields__})


def _dot(spot: Spot, land: Outline) -> Dot:
    x, y = land.xy(spot.lat, spot.lon)
    return Dot(spot, x, y, x, y)


def _spread(dots: list[Dot], land: Outline) -> list[Dot]:
    """Push overlapping dots apart, a little each round, and keep them on the drawing."""
    places = _started(dots)
    for _round in range(ROUNDS):
        moved = [_push(a, b) for a, b in combinations(places, 2)]
        if not any(moved):
            break
        for place in places:
            place[0] = min(max(place[0], RADIUS + 2), land.width - RADIUS - 2)
            place[1] = min(max(place[1], RADIUS + 2), land.height - RADIUS - 2)
    return [replace(dot, x=x, y=y) for dot, (x, y) in zip(dots, places, strict=True)]


def _started(dots: list[Dot]) -> list[list[float]]:
    """Return where dots start: those of one place on a small spiral, to part all around."""
    places: list[list[float]] = []
    for dot in dots:
        rank = sum(hypot(dot.x - x, dot.y - y) < RADIUS for x, y in places)
        angle, away = rank * GOLDEN, RADIUS * (rank / 2) ** 0.5
        places.append([dot.x + away * cos(angle), dot.y + away * sin(angle)])
    return places


def _push(a: list[float], b: list[float]) -> bool:
    """Move two dots away from each other, half of what they overlap each."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    gap = hypot(dx, dy)
    if gap >= APART - 0.5:
        return False
    angle = atan2(dy, dx) if gap > 0.01 else GOLDEN
    step = (APART - gap) / 2
    a[0], a[1] = a[0] - step * cos(angle), a[1] - step * sin(angle)
    b[0], b[1] = b[0] + step * cos(angle), b[1] + step * sin(angle)
    return True
