"""What a chart is drawn from: slices with their values, and the lines and arcs of the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any

from flask_babel import format_date, format_decimal
from flask_babel import gettext as _

from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec
from wiki.bazar.query import aggregates
from wiki.bazar.views.support.urls import list_url
from wiki.core import i18n

if TYPE_CHECKING:
    from wiki.bazar.query.results import Found

MOST, IN_PIE, COLOURS = 40, 8, 8
MONTHS = 60
WIDTH, HEIGHT, TOP = 640.0, 240.0, 20.0
RADIUS = 100.0


@dataclass(frozen=True)
class Slice:
    """One value and its share: `colour` is a number of the palette, `own` the colour its list gives."""

    label: str
    value: float
    url: str = ""
    colour: int = 0
    own: str = ""


def slices(found: Found, by: FieldSpec, *, of: FieldSpec | None = None) -> list[Slice]:
    """Return how many entries each value has, or what their numbers in `of` come to."""
    if forms.traits_of(by).temporal:
        return _months(found, by, of)
    values = aggregates.counts(found, by, of=of)
    looks = aggregates.looks(by)
    rows = [
        Slice(
            label,
            float(values[text]),
            _url(found, by, text),
            at % COLOURS,
            looks.get(text, {}).get("color", ""),
        )
        for at, (text, label) in enumerate(aggregates.labelled(found, by, values))
    ]
    if len(rows) <= MOST:
        return rows
    return _with_rest(rows, MOST)


def drawing(rows: Sequence[Slice], drawn: str) -> dict[str, Any]:
    """Return the shapes of a chart: lengths in % of the longest, points of a line, arcs of a pie."""
    most = max((row.value for row in rows), default=0.0)
    if drawn == "lines":
        return _line(rows, most)
    if drawn == "pie":
        return {"arcs": _arcs(_with_rest(rows, IN_PIE) if len(rows) > IN_PIE else rows)}
    return {"bars": [max(row.value, 0.0) / most * 100 if most > 0 else 0.0 for row in rows]}


def written(value: float) -> str:
    """Write a number as the reader's language has it, with two decimals at most."""
    return str(format_decimal(round(value, 2)))


def _with_rest(rows: Sequence[Slice], most: int) -> list[Slice]:
    """Return the largest slices, and one for all the others."""
    kept = sorted(rows, key=lambda row: -row.value)[: most - 1]
    rest = sum(row.value for row in rows if row not in kept)
    return [row for row in rows if row in kept] + [Slice(_("Others"), rest, colour=COLOURS - 1)]


def _months(found: Found, by: FieldSpec, of: FieldSpec | None) -> list[Slice]:
    """Return the months from the first to the last, empty ones too, the latest sixty."""
    values: dict[tuple[int, int], float] = {}
    for number, value in aggregates.numbers(found, by, of=of):
        moment = i18n.local(datetime.fromtimestamp(number, UTC))
        month = (moment.year, moment.month)
        values[month] = values.get(month, 0.0) + value
    if not values:
        return []
    first, last = min(values), max(values)
    count = (last[0] - first[0]) * 12 + last[1] - first[1] + 1
    months = [divmod(last[0] * 12 + last[1] - 1 - back, 12) for back in range(min(count, MONTHS))]
    return [
        Slice(
            format_date(datetime(year, at + 1, 1), "MMM y", rebase=False),
            values.get((year, at + 1), 0.0),
        )
        for year, at in reversed(months)
    ]


def _url(found: Found, by: FieldSpec, text: str) -> str:
    asked = found.query.without(by.key)
    filters = {**asked.filters, by.key: (text,)}
    return list_url(found.form, replace(asked, filters=filters, settings={}), view="list")


def _line(rows: Sequence[Slice], most: float) -> dict[str, Any]:
    step = WIDTH / max(len(rows) - 1, 1)
    scale = (HEIGHT - TOP) / most if most > 0 else 0.0
    points = [
        (at * step if len(rows) > 1 else WIDTH / 2, HEIGHT - max(row.value, 0.0) * scale)
        for at, row in enumerate(rows)
    ]
    every = max(1, -(-len(rows) // 6))
    ticks = [(x, rows[at].label) for at, (x, _y) in enumerate(points) if at % every == 0]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) if points else ""
    return {
        "path": path,
        "points": points,
        "ticks": ticks,
        "most": most,
        "width": WIDTH,
        "height": HEIGHT,
    }


def _arcs(rows: Sequence[Slice]) -> list[tuple[Slice, str, float]]:
    """Return each slice with the path of its arc and its share in %."""
    whole = sum(max(row.value, 0.0) for row in rows)
    found, angle = [], -pi / 2
    for row in rows:
        share = max(row.value, 0.0) / whole if whole > 0 else 0.0
        # A whole circle has no arc: two halves draw it.
        turn = min(share, 0.9999) * 2 * pi
        x, y = RADIUS * cos(angle), RADIUS * sin(angle)
        to_x, to_y = RADIUS * cos(angle + turn), RADIUS * sin(angle + turn)
        path = f"M0 0L{x:.2f} {y:.2f}A{RADIUS:g} {RADIUS:g} 0 {int(turn > pi)} 1 {to_x:.2f} {to_y:.2f}Z"
        found.append((row, path, share * 100))
        angle += share * 2 * pi
    return found
