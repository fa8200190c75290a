"""What is within some kilometres of somewhere: a box the database looks in, then exact distances.

Somewhere is a point, a town we know, or a town of an entry the reader may see: nobody else is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, degrees, pi, radians, sin

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from wiki.bazar.models import EntryValue, Form
from wiki.bazar.values.map import town_at
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.names import fold
from wiki.pages.find import visible_pages
from wiki.pages.models import Page

EARTH = 6371.0088
"""Its mean radius in kilometres."""
USUAL_KM, MOST_KM = 50.0, 2000.0

Numbers = InstrumentedAttribute[float | None]


@dataclass(frozen=True)
class Near:
    """So many kilometres around a point; without a point nobody knows where it is."""

    words: str
    km: float
    lat: float | None = None
    lon: float | None = None


def read(typed: str, form: Form, key: str, *, actor: Actor) -> Near:
    """Read “Brest”, “Brest, 30” or “48.39, -4.49, 30”; kilometres are 50 when they are not said."""
    pieces = [piece.strip() for piece in typed.replace(";", ",").split(",")]
    numbers = [_number(piece.removesuffix("km").strip()) for piece in pieces]
    if len(pieces) > 1 and numbers[0] is not None and numbers[1] is not None:
        lat, lon = numbers[0], numbers[1]
        words = f"{lat:g}, {lon:g}"
        sound = abs(lat) <= 90 and abs(lon) <= 180
        point = (lat, lon) if sound else None
        km = numbers[2] if len(numbers) > 2 else None
    else:
        words, km = pieces[0], numbers[-1] if len(numbers) > 1 else None
        point = _town(words, form, key, actor)
    km = min(max(km or USUAL_KM, 1.0), MOST_KM)
    return Near(words, km, *(point or (None, None)))


def distance(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Return the kilometres between two points, along the great circle."""
    north, east = radians(to_lat - lat) / 2, radians(to_lon - lon) / 2
    chord = sin(north) ** 2 + cos(radians(lat)) * cos(radians(to_lat)) * sin(east) ** 2
    return 2 * EARTH * asin(min(1.0, chord**0.5))


def within(near: Near, form: Form, key: str) -> ColumnElement[bool]:
    """Return the condition that an entry's point is near enough."""
    if near.lat is None or near.lon is None:
        return false()
    lat, lon = aliased(EntryValue), aliased(EntryValue)
    # The rows of the field itself are asked for: those of one page may be thousands.
    box = (
        select(lat.page_id, lat.number, lon.number)
        .join(lon, lon.page_id == lat.page_id)
        .where(lat.form_id == form.id, lat.field == f"{key}~lat", lon.field == f"{key}~lon")
        .where(_in_box(near.lat, near.lon, near.km, lat.number, lon.number))
    )
    corners = [
        page_id
        for page_id, to_lat, to_lon in db.session().execute(box)
        if distance(near.lat, near.lon, to_lat or 0.0, to_lon or 0.0) > near.km
    ]
    return Page.id.in_(box.with_only_columns(lat.page_id)) & Page.id.not_in(corners)


def _in_box(lat: float, lon: float, km: float, lats: Numbers, lons: Numbers) -> ColumnElement[bool]:
    """Return the condition that a point is in the box around a circle, poles and antimeridian too."""
    angle = km / EARTH
    high = degrees(angle)
    rows = lats.between(lat - high, lat + high)
    if abs(lat) + high >= 90:
        return rows
    wide = degrees(asin(min(1.0, sin(min(angle, pi / 2)) / cos(radians(lat)))))
    west, east = lon - wide, lon + wide
    if west < -180:
        return rows & or_(lons <= east, lons >= west + 360)
    if east > 180:
        return rows & or_(lons >= west, lons <= east - 360)
    return rows & lons.between(west, east)


def _town(name: str, form: Form, key: str, actor: Actor) -> tuple[float, float] | None:
    """Return where a town is, from those we know, else from the entries this reader may see."""
    wanted = fold(name)
    known = town_at(name)
    if known or not wanted:
        return known
    lat, lon = aliased(EntryValue), aliased(EntryValue)
    seen = visible_pages(actor).where(Page.form_id == form.id).with_only_columns(Page.id)
    rows = (
        select(EntryValue.text, func.avg(lat.number), func.avg(lon.number))
        .join(lat, lat.page_id == EntryValue.page_id)
        .join(lon, lon.page_id == EntryValue.page_id)
        .where(EntryValue.form_id == form.id, EntryValue.field == key, EntryValue.page_id.in_(seen))
        .where(lat.field == f"{key}~lat", lon.field == f"{key}~lon")
        .group_by(EntryValue.text)
    )
    towns = {fold(text): (lat, lon) for text, lat, lon in db.session().execute(rows) if text}
    return towns.get(wanted)


def _number(text: str) -> float | None:
    try:
        number = float(text) if len(text) < 30 else None
    except ValueError:
        return None
    return number if number is not None and abs(number) < 1e6 else None
