"""A value reckoned from other answers at each save."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.field import (
    Assigned,
    BadValue,
    IndexValue,
    Saving,
    clean_text,
    is_number,
    part_by_length,
)
from wiki.bazar.fields.number import Number
from wiki.bazar.fields.text import SORTED_BY
from wiki.bazar.models import FieldSpec
from wiki.bazar.values import formula
from wiki.core.names import fold
from wiki.core.params import Param

NUMBER = Number()


class Computed(Assigned):
    """A number, a text or True or False; dates as ISO 8601."""

    name: ClassVar[str] = "computed"
    order: ClassVar[int] = 190
    numeric = True
    shown_as_number = True
    computed = True
    publication = "complete"
    summary = "the result of a formula, at each save"
    sample_options = {"formula": "n * 2 + 1", "unit": "km"}
    label = _l("Computed")
    icon = "hash"
    can_sort = True
    options = (
        Param(
            "formula",
            _l("Formula"),
            "long",
            help=_l(
                "With keys of fields: price * quantity, “yes” if age >= 18 else “no”, days(start, today()), sum(a, b)."
            ),
        ),
        Param("unit", _l("Unit")),
    )

    def assigned(self, spec: FieldSpec, value: Any, saving: Saving) -> Any:
        names = {one.key: _named(one, saving.values.get(one.key)) for one in saving.specs}
        try:
            return formula.compute(str(spec.options.get("formula") or "None"), names)
        except formula.BadFormula:
            return None

    def part_of(self, spec: FieldSpec, value: Any) -> str:
        return part_by_length(self.part, self.text(spec, value))

    def formula_value(self, spec: FieldSpec, value: Any) -> Any:
        return value

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return isinstance(value, str | bool) or is_number(value)

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        if isinstance(value, str):
            return [IndexValue(text=fold(value)[:SORTED_BY])]
        return [IndexValue(number=float(value))]

    def bound(self, spec: FieldSpec, raw: str, *, upper: bool) -> float:
        return NUMBER.bound(spec, raw, upper=upper)

    def text(self, spec: FieldSpec, value: Any) -> str:
        if isinstance(value, bool):
            return str(_("Yes") if value else _("No"))
        return NUMBER.text(spec, value) if is_number(value) else str(value)

    def source(self, spec: FieldSpec, value: Any) -> str:
        return value if isinstance(value, str) else repr(value)

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        return self.source(spec, value)

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        text = clean_text(spec.options.get("formula"), longest=formula.LONGEST) or ""
        text = text.replace("“", '"').replace("”", '"').replace("’", "'")
        unit = str(spec.options.get("unit") or "").strip()[:20]
        try:
            if text:
                formula.names_in(text)
        except formula.BadFormula as error:
            raise BadValue(str(error)) from error
        kept = {"formula": text, "unit": unit}
        return replace(spec, options={name: one for name, one in kept.items() if one})


def _named(spec: FieldSpec, value: Any) -> Any:
    """Return a value as a formula uses it."""
    from wiki.bazar.forms import forms

    kind = forms.type_of(spec)
    if value is None or not kind.holds(spec, value):
        return None
    return kind.formula_value(spec, value)
