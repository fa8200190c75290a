"""From the JSON of another wiki's form to its entries as plain text; knows no network, no row."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from wiki.bazar.forms import forms
from wiki.bazar.remote.address import Address
from wiki.bazar.remote.plain_text import plain
from wiki.bazar.values import map
from wiki.core.names import fold

MOST = 500
"""Entries of a form that are kept."""
LONGEST_TITLE, LONGEST_EXCERPT, LONGEST_WORDS = 200, 240, 2000
OWN = frozenset({"id_typeannonce", "id_fiche", "statut_fiche", "url", "owner", "user", "html_data"})


class NoEntries(ValueError):
    """JSON that tells no entries."""


@dataclass(frozen=True)
class Item:
    """One entry, in plain text; `url` is of the site that told it."""

    title: str
    url: str
    place: str = ""
    excerpt: str = ""
    words: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True)
class Told:
    """What a site told: the title of its form, how many entries it says it has, those that are kept."""

    title: str
    total: int
    items: list[Item]


def read(document: Any, where: Address) -> Told:
    """Return the entries of a form. Raises NoEntries."""
    try:
        title, rows = (_gare if where.kind == "gare" else _yeswiki)(document, where)
        known = [item for item in rows if item.title and item.url]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NoEntries(type(error).__name__) from error
    return Told(title, len(known), sorted(known[:MOST], key=lambda item: fold(item.title)))


def _gare(document: Any, where: Address) -> tuple[str, Iterator[Item]]:
    types = {str(one["key"]): str(one["type"]) for one in document["fields"]}
    entries = document["entries"]
    if not isinstance(entries, list):
        raise TypeError("entries")
    title = plain(document.get("title"))[:LONGEST_TITLE]
    return title, (_of_gare(row, types, where) for row in entries)


def _of_gare(row: Mapping[str, Any], types: Mapping[str, str], where: Address) -> Item:
    values: Mapping[str, Any] = row["values"] if isinstance(row.get("values"), Mapping) else {}
    answered = [(forms.traits(types[key]), values[key]) for key in types if key in values]
    places = (value for kind, value in answered if kind.place and isinstance(value, Mapping))
    spot: Mapping[str, Any] = next(places, {})
    written = [(kind, value) for kind, value in answered if kind.summary_role == "text"]
    texts = [plain(text) for _kind, text in sorted(written, key=lambda one: not one[0].is_long)]
    place = plain(spot.get("city"))
    said = [text for value in values.values() for text in _texts(value)]
    return _item(
        row.get("title"),
        row.get("url"),
        place,
        texts,
        said,
        map.place_of(dict(spot)),
        where,
    )


def _yeswiki(document: Any, where: Address) -> tuple[str, Iterator[Item]]:
    rows = list(document.values()) if isinstance(document, Mapping) else document
    if not isinstance(rows, list) or (rows and not isinstance(rows[0], Mapping)):
        raise TypeError("entries")
    return "", (_of_yeswiki(row, where) for row in rows if isinstance(row, Mapping))


def _of_yeswiki(row: Mapping[str, Any], where: Address) -> Item:
    at = row.get("geolocation")
    spot: Mapping[str, Any] = {**row, **(at if isinstance(at, Mapping) else {})}
    lat, lon = (_number(spot.get(name)) for name in ("bf_latitude", "bf_longitude"))
    place = plain(row.get("bf_ville") or row.get("bf_town"))
    point = (lat, lon) if lat is not None and lon is not None else map.town_at(place)
    said = [text for key, value in row.items() if key not in OWN for text in _texts(value)]
    texts = [plain(row.get(name)) for name in ("bf_description", "bf_baseline", "bf_texte")]
    tag = row.get("id_fiche")
    url = row.get("url") or (f"{where.base}?{quote(tag)}" if isinstance(tag, str) else "")
    return _item(row.get("bf_titre"), url, place, texts, said, point, where)


def _item(
    title: Any,
    url: Any,
    place: str,
    texts: list[str],
    said: list[str],
    point: tuple[float, float] | None,
    where: Address,
) -> Item:
    name = plain(title)[:LONGEST_TITLE]
    excerpt = next((text for text in texts if text), "")
    sound = point is not None and abs(point[0]) <= 90 and abs(point[1]) <= 180
    return Item(
        name,
        _own(url, where),
        place[:100],
        excerpt[: LONGEST_EXCERPT - 1] + "…" if len(excerpt) > LONGEST_EXCERPT else excerpt,
        fold(" ".join([name, place, *said]))[:LONGEST_WORDS],
        *(point if sound and point else (None, None)),
    )


def _own(url: Any, where: Address) -> str:
    """Return an address of the site itself, "" for any other: nobody is led elsewhere under its name."""
    if not isinstance(url, str) or len(url) > 2000 or not url.isprintable():
        return ""
    try:
        parts = urlsplit(url)
        told = (parts.hostname, parts.port, parts.username)
    except ValueError:
        return ""
    ours = urlsplit(where.base)
    same = parts.scheme in {"http", "https"} and told == (ours.hostname, ours.port, None)
    return url if same else ""


def _texts(value: Any) -> Iterator[str]:
    """Give the words in a value: itself, or those of its parts."""
    if isinstance(value, str):
        yield plain(value)[:400]
    elif isinstance(value, list):
        for one in value[:20]:
            if isinstance(one, str):
                yield plain(one)[:100]
    elif isinstance(value, Mapping):
        for name in ("city", "address", "title", "name"):
            if isinstance(value.get(name), str):
                yield plain(value[name])[:100]


def _number(raw: Any) -> float | None:
    try:
        number = float(raw) if isinstance(raw, int | float | str) and len(str(raw)) < 30 else None
    except ValueError:
        return None
    return number if number is not None and math.isfinite(number) else None
