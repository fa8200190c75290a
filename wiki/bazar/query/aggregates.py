"""What all the entries of a list come to, counted by the database: by value, by two values, as sums.

Only fields that the reader may read of any entry come here, and only entries they may see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from wiki.bazar.forms import forms
from wiki.bazar.models import EntryValue, FieldSpec
from wiki.bazar.query import facets
from wiki.core import access, db
from wiki.core.names import fold
from wiki.pages.models import Page

if TYPE_CHECKING:
    from wiki.bazar.entries.entry_view import Entry
    from wiki.bazar.query.results import Found


@dataclass(frozen=True)
class Total:
    """What the numbers of a field come to."""

    count: int
    total: float
    least: float
    most: float


def counts(found: Found, spec: FieldSpec, *, of: FieldSpec | None = None) -> dict[str, float]:
    """Return by indexed text how many entries have it, or what their numbers in `of` come to."""
    number = aliased(EntryValue)
    value = func.sum(number.number) if of else func.count()
    rows = select(EntryValue.text, value).where(
        EntryValue.form_id == found.form.id,
        EntryValue.field == spec.key,
        EntryValue.text.is_not(None),
        EntryValue.page_id.in_(found.ids),
    )
    if of is not None:
        same = and_(number.page_id == EntryValue.page_id, number.field == of.key)
        rows = rows.join(number, same).where(number.number.is_not(None))
    found_rows = db.session().execute(rows.group_by(EntryValue.text))
    return {text or "": value or 0.0 for text, value in found_rows}


def pairs(
    found: Found, down: FieldSpec, across: FieldSpec, *, of: FieldSpec | None = None
) -> dict[tuple[str, str], float]:
    """Return by two indexed texts how many entries have both, or what their numbers come to."""
    one, two, number = aliased(EntryValue), aliased(EntryValue), aliased(EntryValue)
    value = func.sum(number.number) if of else func.count()
    rows = (
        select(one.text, two.text, value)
        .join(two, two.page_id == one.page_id)
        .where(
            one.form_id == found.form.id,
            one.field == down.key,
            two.field == across.key,
            one.text.is_not(None),
            two.text.is_not(None),
            one.page_id.in_(found.ids),
        )
    )
    if of is not None:
        same = and_(number.page_id == one.page_id, number.field == of.key)
        rows = rows.join(number, same).where(number.number.is_not(None))
    found_rows = db.session().execute(rows.group_by(one.text, two.text))
    return {(a or "", b or ""): value or 0.0 for a, b, value in found_rows}


def totals(found: Found, specs: Collection[FieldSpec]) -> dict[str, Total]:
    """Return what the numbers of these fields come to, in one statement."""
    if not specs:
        return {}
    number = EntryValue.number
    rows = select(
        EntryValue.field, func.count(number), func.sum(number), func.min(number), func.max(number)
    ).where(
        EntryValue.form_id == found.form.id,
        EntryValue.field.in_([spec.key for spec in specs]),
        number.is_not(None),
        EntryValue.page_id.in_(found.ids),
    )
    found_rows = db.session().execute(rows.group_by(EntryValue.field))
    return {
        field: Total(count, total or 0.0, least or 0.0, most or 0.0)
        for field, count, total, least, most in found_rows
    }


def numbers(
    found: Found, spec: FieldSpec, *, of: FieldSpec | None = None
) -> list[tuple[float, float]]:
    """Return of each entry its number (dates in POSIX seconds) with 1, or with its number in `of`."""
    other = aliased(EntryValue)
    rows = select(EntryValue.number, other.number if of else func.abs(1)).where(
        EntryValue.form_id == found.form.id,
        EntryValue.field == spec.key,
        EntryValue.number.is_not(None),
        EntryValue.page_id.in_(found.ids),
    )
    if of is not None:
        same = and_(other.page_id == EntryValue.page_id, other.field == of.key)
        rows = rows.join(other, same).where(other.number.is_not(None))
    return [(number, value) for number, value in db.session().execute(rows)]


def points(
    found: Found, place: FieldSpec, by: FieldSpec | None = None
) -> list[tuple[int, float, float, str]]:
    """Return the place of each entry that has one, as (page, latitude, longitude, text of `by`)."""
    lat, lon, look = aliased(EntryValue), aliased(EntryValue), aliased(EntryValue)
    rows = (
        select(lat.page_id, lat.number, lon.number, *([look.text] if by else []))
        .join(lon, lon.page_id == lat.page_id)
        .where(lat.form_id == found.form.id, lat.field == f"{place.key}~lat")
        .where(lon.field == f"{place.key}~lon", lat.page_id.in_(found.ids))
        .order_by(lat.page_id)
    )
    if by is not None:
        rows = rows.outerjoin(look, and_(look.page_id == lat.page_id, look.field == by.key))
    found_rows: Any = db.session().execute(rows)
    return [(row[0], row[1], row[2], (row[3] or "") if by else "") for row in found_rows]


def labelled(found: Found, spec: FieldSpec, texts: Iterable[str]) -> list[tuple[str, str]]:
    """Return values as (text, label) in their order; a related entry not to be seen is left out."""
    labels = facets.labels_of([spec], {spec.key: dict.fromkeys(texts, 0)}, {}, found.actor)
    kind = forms.type_of(spec)
    named = [(text, label) for (_key, text), label in labels.items()]
    return sorted(named, key=lambda one: (kind.facet_order(spec, one[0]), fold(one[1])))


def writable(found: Found, entries: Sequence[Entry]) -> set[int]:
    """Return the identifiers of the entries this actor may change, in one statement."""
    ids = [entry.page.id for entry in entries]
    if not ids:
        return set()
    query = select(Page.id).where(Page.id.in_(ids), access.allows(found.actor, "write", Page))
    return set(db.session().scalars(query))


def looks(spec: FieldSpec | None) -> Mapping[str, dict[str, str]]:
    """Return the colour and icon of each option of a choice, as its list gives them."""
    rows = getattr(forms.type_of(spec), "rows", None) if spec else None
    if spec is None or rows is None:
        return {}
    return {row["key"]: {p: row[p] for p in ("color", "icon") if row.get(p)} for row in rows(spec)}
