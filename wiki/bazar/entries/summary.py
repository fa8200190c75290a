"""An entry in a few words, as lists, cards and maps show it: from the fields put in lists.

Which fields the reader may see was settled before: only readable specs and data come here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wiki.bazar.field import SummaryRole
from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec

WANTED = "needs"
"""Key of the field that says what is looked for, as in ready-made forms: its tags look wanted."""

LONGEST = 170
MOST_TAGS = 6


@dataclass(frozen=True)
class Brief:
    """`kicker` goes above the title, `text` below, then tags as (label, wanted), then facts as
    (label, value) where the label may be empty."""

    kicker: tuple[str, ...] = ()
    text: str = ""
    tags: tuple[tuple[str, bool], ...] = ()
    more_tags: int = 0
    facts: tuple[tuple[str, str], ...] = ()


def brief(data: Mapping[str, Any], specs: Sequence[FieldSpec], *, excerpt: bool = False) -> Brief:
    """Return the few words for an entry's data: the fields in lists.

    Without any, the first words and choices; `excerpt` asks for the first words in any case.
    """
    known = [spec for spec in specs[1:] if _answered(data, spec) and _role(spec) != "none"]
    listed = [spec for spec in known if spec.in_list]
    if not any(spec.in_list for spec in specs[1:]):
        listed = [spec for spec in known if _role(spec) != "fact"][:3]
    text = _first(listed, "text") or (_first(known, "text") if excerpt else None)
    kicker = _first(listed, "category")
    tags = _tags(data, [spec for spec in listed if _role(spec) == "tags"])
    rest = [spec for spec in listed if spec not in (text, kicker) and _role(spec) != "tags"]
    return Brief(
        kicker=tuple(filter(None, (_words(data, kicker), _city(data, known)))),
        text=shorten(_words(data, text)),
        tags=tuple(tags[:MOST_TAGS]),
        more_tags=len(tags[MOST_TAGS:]),
        facts=tuple(fact for spec in rest if (fact := _fact(data, spec))[1]),
    )


def shorten(text: str, longest: int = LONGEST) -> str:
    """Return a text on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    return line[:longest].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


def _answered(data: Mapping[str, Any], spec: FieldSpec) -> bool:
    return data.get(spec.key) not in (None, "", [], {}) and spec.type in forms.field_types()


def _role(spec: FieldSpec) -> SummaryRole:
    return forms.traits_of(spec).summary_role


def _first(specs: Sequence[FieldSpec], role: SummaryRole) -> FieldSpec | None:
    return next((spec for spec in specs if _role(spec) == role), None)


def _words(data: Mapping[str, Any], spec: FieldSpec | None) -> str:
    if spec is None:
        return ""
    return forms.field_types()[spec.type].text(spec, data[spec.key])


def _city(data: Mapping[str, Any], specs: Sequence[FieldSpec]) -> str:
    place = next((spec for spec in specs if forms.traits_of(spec).place), None)
    return forms.type_of(place).locality(data[place.key]) if place else ""


def _tags(data: Mapping[str, Any], specs: Sequence[FieldSpec]) -> list[tuple[str, bool]]:
    """Return the labels of several-choice fields, those wanted last."""
    found = []
    for spec in sorted(specs, key=lambda spec: spec.key == WANTED):
        field = forms.field_types()[spec.type]
        found += [(field.text(spec, [value]), spec.key == WANTED) for value in data[spec.key]]
    return found


def _fact(data: Mapping[str, Any], spec: FieldSpec) -> tuple[str, str]:
    return ("" if _role(spec) == "category" else spec.label), shorten(_words(data, spec), 60)
