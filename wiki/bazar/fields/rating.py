"""A mark from 1 to 5."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.field import BadValue, Field, IndexValue
from wiki.bazar.models import FieldSpec
from wiki.core.numbers import whole

BEST = 5


class Rating(Field):
    """A whole number from 1 to 5."""

    name: ClassVar[str] = "rating"
    order: ClassVar[int] = 110
    countable = True
    single_choice = True
    closed = True
    numeric = True
    shown_as_number = True
    editable_in_cell = True
    summary = "1 to 5"
    sample = "4"
    label = _l("Mark from 1 to 5")
    group = _l("Choice")
    icon = "star"
    is_group = True
    can_facet = True
    can_sort = True

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        if raw is None or raw == "":
            return None
        text = str(raw).strip().removesuffix("/5") if isinstance(raw, int | str) else ""
        if isinstance(raw, bool) or text not in {str(mark) for mark in range(1, BEST + 1)}:
            raise BadValue(_("A mark goes from 1 to 5."))
        return int(text)

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= BEST

    def formula_value(self, spec: FieldSpec, value: Any) -> Any:
        return value

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(text=str(value), number=float(value))]

    def bound(self, spec: FieldSpec, raw: str, *, upper: bool) -> float:
        return float(self.clean(spec, raw) or 0)

    def text(self, spec: FieldSpec, value: Any) -> str:
        return f"{value}/{BEST}"

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        return str(value)

    def facet_label(self, spec: FieldSpec, text: str) -> str:
        return f"{text}/{BEST}"

    def facet_order(self, spec: FieldSpec, text: str) -> int:
        return -whole(text, 0, digits=1)

    def marks(self) -> list[int]:
        """Return the marks, the lowest first."""
        return list(range(1, BEST + 1))
