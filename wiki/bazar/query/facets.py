"""Count what each value of a field would keep: each facet among what the *other* filters keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, func, select

from wiki.bazar.entries import entry_view
from wiki.bazar.forms import forms
from wiki.bazar.models import EntryValue, FieldSpec
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.names import fold
from wiki.core.numbers import is_whole

MOST = 200
"""Values of one facet, the most frequent ones."""

Counts = dict[str, dict[str, int]]


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet: how many entries it would keep, whether it is asked for, how deep it stands."""

    text: str
    label: str
    count: int
    chosen: bool
    level: int = 0


@dataclass(frozen=True)
class Facet:
    """The values of one field among what the other filters keep."""

    spec: FieldSpec
    values: Sequence[FacetValue]


def facets(
    form_id: int,
    specs: Sequence[FieldSpec],
    base: Select[tuple[int]],
    conditions: Mapping[str, ColumnElement[bool]],
    chosen: Mapping[str, tuple[str, ...]],
    *,
    actor: Actor,
) -> list[Facet]:
    """Return the facets of these fields of a form; those without any value are left out.

    One statement counts all the fields that are not filtered by, one each field that is.
    """
    free = [spec.key for spec in specs if spec.key not in conditions]
    counts = _counts(form_id, free, base.where(*conditions.values()))
    for spec in specs:
        if spec.key in conditions:
            others = [condition for key, condition in conditions.items() if key != spec.key]
            counts |= _counts(form_id, [spec.key], base.where(*others))
    labels = labels_of(specs, counts, chosen, actor)
    found = [
        _facet(spec, counts.get(spec.key, {}), chosen.get(spec.key, ()), labels) for spec in specs
    ]
    return [facet for facet in found if facet.values]


def _counts(form_id: int, keys: Sequence[str], pages: Select[tuple[int]]) -> Counts:
    """Count the entries by field and value, in one statement: an entry has no value twice."""
    counts: Counts = {}
    if not keys:
        return counts
    rows = db.session().execute(
        select(EntryValue.field, EntryValue.text, func.count())
        .where(
            EntryValue.form_id == form_id,
            EntryValue.field.in_(keys),
            EntryValue.page_id.in_(pages),
            EntryValue.text.is_not(None),
        )
        .group_by(EntryValue.field, EntryValue.text)
    )
    for key, text, count in rows:
        counts.setdefault(key, {})[str(text)] = count
    return counts


def labels_of(
    specs: Iterable[FieldSpec],
    counts: Counts,
    chosen: Mapping[str, tuple[str, ...]],
    actor: Actor,
) -> dict[tuple[str, str], str]:
    """Return how each value is called; a related entry that this reader may not see is not."""
    labels: dict[tuple[str, str], str] = {}
    related: list[tuple[str, str]] = []
    for spec in specs:
        for text in [*counts.get(spec.key, {}), *chosen.get(spec.key, ())]:
            if forms.traits_of(spec).points_to_pages:
                related.append((spec.key, text))
            else:
                labels[spec.key, text] = forms.type_of(spec).facet_label(spec, text)
    targets = entry_view.targets_of(
        (int(text) for _key, text in related if is_id(text)), actor=actor
    )
    for key, text in related:
        if is_id(text) and int(text) in targets:
            labels[key, text] = targets[int(text)].title
    return labels


def _facet(
    spec: FieldSpec,
    counts: Mapping[str, int],
    chosen: Sequence[str],
    labels: Mapping[tuple[str, str], str],
) -> Facet:
    texts = [text for text in dict.fromkeys([*counts, *chosen]) if (spec.key, text) in labels]
    values = [
        FacetValue(text, labels[spec.key, text], counts.get(text, 0), text in chosen)
        for text in texts
    ]
    kind = forms.type_of(spec)
    levels = kind.facet_levels(spec)
    if levels:
        values = [replace(one, level=levels.get(one.text, 0)) for one in values]
    values.sort(key=lambda one: (kind.facet_order(spec, one.text), -one.count, fold(one.label)))
    return Facet(spec, values[:MOST])


def is_id(text: str) -> bool:
    """Answer whether a text of an address can be a page's identifier."""
    return is_whole(text)
