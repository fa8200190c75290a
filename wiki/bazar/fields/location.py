"""A place: an address in words, a point on the map, or both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.bazar.field import BadValue, Field, IndexValue, clean_line
from wiki.bazar.models import FieldSpec
from wiki.bazar.values import map

WORDS = ("address", "postcode", "city")
POINT = {"lat": 90.0, "lon": 180.0}
PARTS = (*WORDS, *POINT)
DECIMALS = 6
PROPERTIES = {"postcode": "postalCode", "city": "addressLocality", "address": "streetAddress"}
"""Parts of an address as schema.org names them."""


class Location(Field):
    """{"address", "postcode", "city", "lat", "lon"}: what is known; degrees, both or none."""

    name: ClassVar[str] = "location"
    order: ClassVar[int] = 140
    countable = True
    place = True
    geographic = True
    summary = "an address, a point on the map"
    part = "places"
    label = _l("Place")
    group = _l("Place")
    icon = "map-pin"
    can_facet = True
    is_group = True

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        return {part: form.get(f"{spec.key}.{part}", "") for part in PARTS}

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        if raw is None or raw == "":
            return None
        if not isinstance(raw, dict):
            raise BadValue(_("An address or a point on the map is expected."))
        # The bar parts the pieces of a place in a table's cell.
        words = {part: clean_line(raw.get(part), longest=200) for part in WORDS}
        place: dict[str, Any] = {
            part: text.replace("|", "/") for part, text in words.items() if text
        }
        point = {part: _degrees(raw.get(part), bound) for part, bound in POINT.items()}
        if (point["lat"] is None) != (point["lon"] is None):
            raise BadValue(_("Latitude and longitude go together."))
        return (
            place | {part: number for part, number in point.items() if number is not None} or None
        )

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        words = all(isinstance(value.get(part, ""), str) for part in WORDS)
        numbers = [value.get(part, 0.0) for part in POINT]
        return words and all(
            isinstance(n, int | float) and not isinstance(n, bool) for n in numbers
        )

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        town = [IndexValue(text=value["city"])] if value.get("city") else []
        # Without a point of its own, it stands where its town does, if we know it.
        where = map.place_of(value)
        point = zip(POINT, where, strict=True) if where else ()
        return [*town, *(IndexValue(number=number, part=part) for part, number in point)]

    def locality(self, value: Any) -> str:
        return str(value.get("city") or "")

    def geometries(self, value: Any) -> Sequence[dict[str, Any]]:
        if "lat" not in value:
            return ()
        return [{"type": "Point", "coordinates": [value["lon"], value["lat"]]}]

    def json_ld(self, spec: FieldSpec, value: Any) -> Any:
        words = {PROPERTIES[part]: value[part] for part in PROPERTIES if value.get(part)}
        place: dict[str, Any] = {"@type": "Place"}
        if words:
            place["address"] = {"@type": "PostalAddress"} | words
        if "lat" in value:
            point = {"latitude": value["lat"], "longitude": value["lon"]}
            place["geo"] = {"@type": "GeoCoordinates"} | point
        return place

    def text(self, spec: FieldSpec, value: Any) -> str:
        town = " ".join(value[part] for part in ("postcode", "city") if value.get(part))
        words = ", ".join(part for part in (value.get("address"), town) if part)
        return words or (f"{value['lat']}, {value['lon']}" if "lat" in value else "")

    def source(self, spec: FieldSpec, value: Any) -> str:
        return self.to_csv(spec, value)

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        return " | ".join(str(value.get(part, "")) for part in PARTS)

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        pieces = [piece.strip() for piece in cell.split("|")]
        if len(pieces) == 1:
            return {"address": cell}
        return dict(zip(PARTS, pieces, strict=False))

    def picker(self, value: Any) -> Markup:
        """Return the map to point at the place on."""
        return map.picker(*(map.point_of(value) or (None, None)))

    def small_map(self, value: Any, label: str) -> Markup:
        """Return a small map of the place; nothing without a point, or off the outline."""
        point = map.place_of(value)
        return map.small(*point, label) if point else Markup()


def _degrees(raw: Any, bound: float) -> float | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float | str) or len(str(raw)) > 40:
        raise BadValue(_("Latitude and longitude are numbers, such as 48.3904."))
    try:
        number = float(str(raw).strip().replace(",", ".").replace("\u2212", "-"))
    except ValueError as error:
        raise BadValue(_("Latitude and longitude are numbers, such as 48.3904.")) from error
    if not abs(number) <= bound:
        raise BadValue(_("Latitude goes from −90 to 90, longitude from −180 to 180."))
    return round(number, DECIMALS)
