"""The outline that maps draw on without tiles: France and its neighbours, from Natural Earth.

Equirectangular, shortened by the cosine of 46.5° so that France keeps its shape:
x = (longitude - west) * scale_x, y = (north - latitude) * scale_y, in viewBox units.
"""

from __future__ import annotations

import json
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Any

PACKAGE = "world-atlas@2.0.2"
SOURCE = "countries-10m.json"
LICENCE = """Made with Natural Earth. Free vector and raster map data @ naturalearthdata.com.

Natural Earth is in the public domain: no permission is needed to use it, and crediting it is
optional. The shapes were taken from the TopoJSON edition of its countries at 1:10,000,000 made by
the world-atlas package (ISC), cut to Western Europe and simplified.
"""

WEST, EAST, SOUTH, NORTH = -6.0, 10.3, 41.0, 51.8
SCALE_Y = 44.0
SCALE_X = SCALE_Y * cos(radians(46.5))
MARGIN = 0.3  # degrees kept beyond the frame, so that cut edges stay out of sight
SMALLEST = {"land": 1.2, "far": 12.0}  # triangles under this area, in square units, are dropped
ISLAND = 14.0  # square units under which an island is left out

NEIGHBOURS = {
    "Andorra", "Austria", "Belgium", "Germany", "Guernsey", "Ireland", "Italy", "Jersey",
    "Liechtenstein", "Luxembourg", "Monaco", "Netherlands", "Spain", "Switzerland",
    "United Kingdom",
}  # fmt: skip

Point = tuple[float, float]


def outline(source: Path) -> str:
    """Return the JSON the server and js/bazar/map.js read: two SVG paths and the projection."""
    atlas = json.loads(source.read_text())
    arcs = [_project(arc, atlas["transform"]) for arc in atlas["arcs"]]
    simple: dict[int, list[Point]] = {}
    france = _path(atlas, arcs, simple, {"France"}, SMALLEST["land"])
    far = _path(atlas, arcs, simple, NEIGHBOURS, SMALLEST["far"])
    return json.dumps(_described(france, far), indent=1, ensure_ascii=False) + "\n"


def _described(france: str, far: str) -> dict[str, Any]:
    width, height = round((EAST - WEST) * SCALE_X), round((NORTH - SOUTH) * SCALE_Y)
    return {
        "source": "Natural Earth, countries 1:10m",
        "licence": "public domain",
        "west": WEST,
        "east": EAST,
        "south": SOUTH,
        "north": NORTH,
        "scale_x": round(SCALE_X, 4),
        "scale_y": SCALE_Y,
        "width": width,
        "height": height,
        "view_box": f"0 0 {width} {height}",
        "land": france,
        "far": far,
    }


def _project(arc: list[list[int]], transform: dict[str, list[float]]) -> list[Point]:
    """Turn an arc's differences into points in viewBox units."""
    (step_x, step_y), (start_x, start_y) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        longitude, latitude = x * step_x + start_x, y * step_y + start_y
        points.append(((longitude - WEST) * SCALE_X, (NORTH - latitude) * SCALE_Y))
    return points


def _path(
    atlas: dict[str, Any],
    arcs: list[list[Point]],
    simple: dict[int, list[Point]],
    names: set[str],
    smallest: float,
) -> str:
    shapes = [
        country
        for country in atlas["objects"]["countries"]["geometries"]
        if country["properties"]["name"] in names
    ]
    rings = []
    for shape in shapes:
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        for polygon in polygons:
            ring = _cut(_ring(polygon[0], arcs, simple, smallest))
            if len(ring) > 3 and _area(ring) > ISLAND:
                rings.append(_drawn(ring))
    return "".join(rings)


def _ring(
    indexes: list[int], arcs: list[list[Point]], simple: dict[int, list[Point]], smallest: float
) -> list[Point]:
    """Join the arcs of a ring; each is simplified once, so that borders stay shared."""
    points: list[Point] = []
    for index in indexes:
        number = index if index >= 0 else ~index
        if number not in simple:
            simple[number] = _simplified(arcs[number], smallest)
        arc = simple[number] if index >= 0 else simple[number][::-1]
        points += arc[1:] if points else arc
    return points


def _simplified(points: list[Point], smallest: float) -> list[Point]:
    """Drop again and again the point that changes the drawing least (Visvalingam's way)."""
    kept = list(points)
    while len(kept) > 4:
        areas = [_triangle(*kept[i - 1 : i + 2]) for i in range(1, len(kept) - 1)]
        least = min(range(len(areas)), key=areas.__getitem__)
        if areas[least] > smallest:
            break
        del kept[least + 1]
    return kept


def _cut(points: list[Point]) -> list[Point]:
    """Cut a ring at the frame and its margin, side after side (Sutherland and Hodgman's way)."""
    low_x, high_x = -MARGIN * SCALE_X, (EAST - WEST + MARGIN) * SCALE_X
    low_y, high_y = -MARGIN * SCALE_Y, (NORTH - SOUTH + MARGIN) * SCALE_Y
    for axis, limit, sign in ((0, low_x, 1), (0, high_x, -1), (1, low_y, 1), (1, high_y, -1)):
        points = _cut_side(points, axis, limit, sign)
    return points


def _cut_side(points: list[Point], axis: int, limit: float, sign: int) -> list[Point]:
    kept: list[Point] = []
    for before, here in pairwise([*points[-1:], *points]):
        inside_before = (before[axis] - limit) * sign >= 0
        inside = (here[axis] - limit) * sign >= 0
        if inside != inside_before:
            share = (limit - before[axis]) / (here[axis] - before[axis])
            x, y = (a + share * (b - a) for a, b in zip(before, here, strict=True))
            kept.append((x, y))
        if inside:
            kept.append(here)
    return kept


def _triangle(a: Point, b: Point, c: Point) -> float:
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def _area(points: list[Point]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*points, points[0]]))) / 2


def _drawn(points: list[Point]) -> str:
    """Write a ring as a path: relative steps in tenths, the shortest way."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    steps = [(bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(tenths)]
    moves = "".join(_number(dx) + _number(dy) for dx, dy in steps if (dx, dy) != (0, 0))
    start = "".join(_number(value) for value in tenths[0])
    return f"M{start.lstrip()}l{moves.lstrip()}z"


def _number(tenths: int) -> str:
    """Write a number as short as paths allow, with the blank it needs before it."""
    text = f"{tenths / 10:.1f}".removesuffix(".0")
    text = text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
    return text if text.startswith("-") else f" {text}"
