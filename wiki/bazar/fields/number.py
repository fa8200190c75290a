"""A number, whole or not, with a unit and bounds."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.field import BadValue, Field, IndexValue, flag, is_number
from wiki.bazar.models import FieldSpec
from wiki.core import i18n
from wiki.core.params import Param

LARGEST = 1e15
DECIMALS = 6
TINY = 1e-6
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
THIN_SPACE = "\u202f"


class Number(Field):
    """An int or a float; `1 234,5` and `1,234.5` are read too."""

    name: ClassVar[str] = "number"
    order: ClassVar[int] = 30
    numeric = True
    shown_as_number = True
    editable_in_cell = True
    identifying = True
    summary = "a number"
    sample = "1 234,5"
    sample_options = {"unit": "km", "min": -5, "max": 1000000.0}
    label = _l("Number")
    group = _l("Text")
    icon = "hash"
    can_sort = True
    options = (
        Param("unit", _l("Unit")),
        Param("min", _l("Least"), "number"),
        Param("max", _l("Most"), "number"),
        Param("step", _l("Step"), "number"),
        Param("slider", _l("Slider, when there is a least and a most"), "flag"),
    )

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        value = _parse(raw)
        if value is None:
            return None
        least, most = spec.options.get("min"), spec.options.get("max")
        if least is not None and value < least:
            raise BadValue(_("At least %(bound)s.", bound=format_decimal(least)))
        if most is not None and value > most:
            raise BadValue(_("At most %(bound)s.", bound=format_decimal(most)))
        step = spec.options.get("step")
        if (
            step
            and abs(round((value - (least or 0)) / step) * step - (value - (least or 0))) > TINY
        ):
            raise BadValue(_("By steps of %(step)s.", step=format_decimal(step)))
        return value

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return is_number(value)

    def formula_value(self, spec: FieldSpec, value: Any) -> Any:
        return value

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(number=float(value))]

    def bound(self, spec: FieldSpec, raw: str, *, upper: bool) -> float:
        value = _parse(raw)
        if value is None:
            raise BadValue(_("A number is expected."))
        return float(value)

    def text(self, spec: FieldSpec, value: Any) -> str:
        unit = spec.options.get("unit", "")
        return f"{format_decimal(value)}{THIN_SPACE}{unit}" if unit else str(format_decimal(value))

    def words(self, spec: FieldSpec, value: Any) -> str:
        return self.source(spec, value)

    def source(self, spec: FieldSpec, value: Any) -> str:
        return repr(value)

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        return repr(value)

    def typed(self, value: Any) -> str:
        """Return a value as the reader would type it; what was refused comes back as it is."""
        if isinstance(value, int | float):
            return repr(value).replace(".", ",") if i18n.language() == "fr" else repr(value)
        return value if isinstance(value, str) else ""

    def slides(self, spec: FieldSpec) -> bool:
        """Answer whether the form has a slider."""
        return flag(spec.options.get("slider"))

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        unit = str(spec.options.get("unit") or "").strip()[:20]
        bounds = {name: _parse(spec.options.get(name)) for name in ("min", "max")}
        least, most = bounds["min"], bounds["max"]
        if least is not None and most is not None and least > most:
            raise BadValue(_("The least is above the most."))
        step = _parse(spec.options.get("step"))
        if step is not None and step <= 0:
            raise BadValue(_("A step is above 0."))
        if step:
            bounds["step"] = step
        kept: dict[str, Any] = {name: one for name, one in bounds.items() if one is not None}
        if flag(spec.options.get("slider")) and least is not None and most is not None:
            kept["slider"] = True
        return replace(spec, options=({"unit": unit} if unit else {}) | kept)


def _parse(raw: Any) -> int | float | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise BadValue(_("A number is expected."))
    if isinstance(raw, str):
        plain = _plain(raw)
        if not plain:
            return None
        if len(plain) > 40 or not NUMBER.fullmatch(plain):
            raise BadValue(_("A number is expected."))
        raw = float(plain)
    if not math.isfinite(raw) or abs(raw) > LARGEST:
        raise BadValue(_("This number is too large."))
    value = round(float(raw), DECIMALS)
    return int(value) if value.is_integer() else value


def _plain(text: str) -> str:
    """Return a number as programs write it: the last of `,` and `.` is the decimal mark."""
    bare = "".join(text.split()).replace("\u2212", "-")
    if "," in bare and "." in bare:
        thousands = "," if bare.rfind(".") > bare.rfind(",") else "."
        bare = bare.replace(thousands, "")
    return bare.replace(",", ".")
