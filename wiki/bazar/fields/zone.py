"""An area or a line on Earth: GeoJSON, typed or uploaded, drawn on our own map."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.bazar.field import BadValue, Field, is_number
from wiki.bazar.models import FieldSpec
from wiki.bazar.values import map

LARGEST = 400_000
MOST_POINTS, MOST_SHAPES = 5000, 200
DECIMALS = 5
DEPTHS = {"LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


class Zone(Field):
    """{"type": "GeometryCollection", "geometries": […]}, of lines and polygons, in degrees."""

    name: ClassVar[str] = "zone"
    geographic = True
    summary = "lines and polygons (GeoJSON)"
    sample = '{"type": "Polygon", "coordinates": [[[-4, 48], [-3, 48], [-3, 49], [-4, 48]]]}'
    part = "places"
    label = _l("Zone on the map")
    group = _l("Place")
    icon = "map"
    is_group = True

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        upload = files.get(f"{spec.key}.file")
        if upload is None or not upload.filename:
            return form.get(spec.key, "")
        return upload.stream.read(LARGEST + 1).decode("utf-8-sig", errors="replace")

    def geometries(self, value: Any) -> Sequence[dict[str, Any]]:
        shapes: Sequence[dict[str, Any]] = value["geometries"]
        return shapes

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        if isinstance(raw, str):
            raw = _read(raw)
        if raw is None:
            return None
        if not isinstance(raw, dict):
            raise BadValue(_("GeoJSON is expected."))
        shapes = [_shape(one) for one in _geometries(raw, 4)]
        if not shapes or len(shapes) > MOST_SHAPES:
            raise BadValue(_("A zone has one to %(count)s lines or polygons.", count=MOST_SHAPES))
        if sum(1 for shape in shapes for _point in _points(shape["coordinates"])) > MOST_POINTS:
            raise BadValue(
                _("At most %(count)s points: simplify the zone first.", count=MOST_POINTS)
            )
        return {"type": "GeometryCollection", "geometries": shapes}

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        if not isinstance(value, dict) or not isinstance(value.get("geometries"), list):
            return False
        return all(
            isinstance(one, dict) and one.get("type") in DEPTHS for one in value["geometries"]
        )

    def text(self, spec: FieldSpec, value: Any) -> str:
        west, south, east, north = self.bounds(value)
        return f"{south:.2f}, {west:.2f} – {north:.2f}, {east:.2f}"

    def words(self, spec: FieldSpec, value: Any) -> str:
        return ""

    def source(self, spec: FieldSpec, value: Any) -> str:
        return self.to_csv(spec, value)

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        return json.dumps(value, separators=(",", ":"))

    def bounds(self, value: Any) -> tuple[float, float, float, float]:
        """Return the west, south, east and north of a zone."""
        points = [point for shape in value["geometries"] for point in _points(shape["coordinates"])]
        lons, lats = [point[0] for point in points], [point[1] for point in points]
        return min(lons), min(lats), max(lons), max(lats)

    def small_map(self, value: Any, label: str) -> Markup:
        """Return a small map of the zone; nothing when it lies off the outline."""
        lines = [line for shape in value["geometries"] for line in _lines(shape)]
        return map.zone(lines, label)

    def typed(self, value: Any) -> str:
        """Return the zone as it stands in the input."""
        if isinstance(value, str):
            return value
        return json.dumps(value) if isinstance(value, dict) else ""


def _read(text: str) -> Any:
    if not text.strip():
        return None
    if len(text) > LARGEST:
        raise BadValue(_("At most %(count)s characters.", count=LARGEST))
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadValue(_("GeoJSON is expected.")) from error


def _geometries(raw: Any, deep: int) -> Iterator[dict[str, Any]]:
    """Give the geometries of a GeoJSON thing. Raises BadValue."""
    kind = raw.get("type") if isinstance(raw, dict) else None
    inside = {"FeatureCollection": "features", "GeometryCollection": "geometries"}
    if kind in DEPTHS:
        yield raw
    elif kind == "Feature":
        yield from _geometries(raw.get("geometry"), deep - 1)
    elif kind in inside and deep and isinstance(raw.get(inside[kind]), list):
        for one in raw[inside[kind]][: MOST_SHAPES + 1]:
            yield from _geometries(one, deep - 1)
    else:
        raise BadValue(_("A zone has lines and polygons: “%(kind)s” is none.", kind=str(kind)[:40]))


def _shape(raw: dict[str, Any]) -> dict[str, Any]:
    kind = raw["type"]
    shape = {"type": kind, "coordinates": _coordinates(raw.get("coordinates"), DEPTHS[kind])}
    rings = shape["coordinates"] if kind == "Polygon" else []
    if kind == "MultiPolygon":
        rings = [ring for polygon in shape["coordinates"] for ring in polygon]
    if any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
        raise BadValue(_("A polygon ends where it begins, with four points at least."))
    return shape


def _coordinates(raw: Any, depth: int) -> list[Any]:
    if not isinstance(raw, list) or not raw or len(raw) > MOST_POINTS:
        raise BadValue(_("These coordinates cannot be read."))
    if depth == 1 and len(raw) < 2:
        raise BadValue(_("A line has two points at least."))
    return (
        [_coordinates(one, depth - 1) for one in raw] if depth > 1 else [_point(one) for one in raw]
    )


def _point(raw: Any) -> list[float]:
    if not isinstance(raw, list) or not 2 <= len(raw) <= 3 or not all(is_number(n) for n in raw):
        raise BadValue(_("These coordinates cannot be read."))
    lon, lat = raw[0], raw[1]
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise BadValue(_("Latitude goes from −90 to 90, longitude from −180 to 180."))
    return [round(float(lon), DECIMALS), round(float(lat), DECIMALS)]


def _points(coordinates: Any) -> Iterator[list[float]]:
    if coordinates and is_number(coordinates[0]):
        yield coordinates
    else:
        for one in coordinates:
            yield from _points(one)


def _lines(shape: dict[str, Any]) -> list[list[list[float]]]:
    """Return the lines and rings of a geometry."""
    lines = shape["coordinates"]
    for _level in range(DEPTHS[shape["type"]] - 2):
        lines = [line for part in lines for line in part]
    return [lines] if DEPTHS[shape["type"]] == 1 else lines
