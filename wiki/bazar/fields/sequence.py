"""Numbers given in order as entries are saved: 1, 2, 3, or from 1 again each year."""

from __future__ import annotations

from collections.abc import Sequence as Rows
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.field import Assigned, BadValue, IndexValue, Saving, clean_line, flag
from wiki.bazar.fields.number import Number
from wiki.bazar.models import FieldSpec, FormCounter
from wiki.core import db, i18n
from wiki.core.params import Param

NUMBER = Number()
MOST_DIGITS = 9


class Sequence(Assigned):
    """A whole number, never given twice in its form; by year, the year before it: 2026000012."""

    name: ClassVar[str] = "sequence"
    numeric = True
    shown_as_number = True
    summary = "a number in order, never given twice"
    sample_options = {"prefix": "N", "digits": 4, "yearly": True}
    label = _l("Number in order")
    icon = "list-ordered"
    can_sort = True
    options = (
        Param("prefix", _l("Begins with")),
        Param("digits", _l("Figures at least"), "number"),
        Param("yearly", _l("From 1 again each year"), "flag"),
    )

    def assigned(self, spec: FieldSpec, value: Any, saving: Saving) -> Any:
        if self.holds(spec, value):
            return value
        year = i18n.today().year if flag(spec.options.get("yearly")) else 0
        session = db.session()
        key = {"form_id": saving.form_id, "field": spec.key, "year": year}
        counter = session.get(FormCounter, key)
        if counter is None:
            counter = FormCounter(**key, given=0)
            session.add(counter)
        counter.given += 1
        session.flush()
        return {"number": counter.given} | ({"year": year} if year else {})

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        if not isinstance(value, dict) or not set(value) <= {"number", "year"}:
            return False
        return (
            all(isinstance(one, int) and not isinstance(one, bool) for one in value.values())
            and "number" in value
        )

    def formula_value(self, spec: FieldSpec, value: Any) -> Any:
        return value

    def index(self, spec: FieldSpec, value: Any) -> Rows[IndexValue]:
        # Years before numbers, and far from them: what sorts is one number.
        return [IndexValue(number=float(value.get("year", 0) * 10**MOST_DIGITS + value["number"]))]

    def bound(self, spec: FieldSpec, raw: str, *, upper: bool) -> float:
        return NUMBER.bound(spec, raw, upper=upper)

    def text(self, spec: FieldSpec, value: Any) -> str:
        digits = spec.options.get("digits", 1)
        year = f"{value['year']}-" if value.get("year") else ""
        return f"{spec.options.get('prefix', '')}{year}{value['number']:0{digits}d}"

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        digits = NUMBER.clean(FieldSpec("", "number", ""), spec.options.get("digits") or 1)
        if not isinstance(digits, int) or not 1 <= digits <= MOST_DIGITS:
            raise BadValue(_("From 1 to %(count)s figures.", count=MOST_DIGITS))
        prefix = clean_line(spec.options.get("prefix"), longest=20)
        kept = {"prefix": prefix, "digits": digits, "yearly": flag(spec.options.get("yearly"))}
        return replace(spec, options={name: one for name, one in kept.items() if one})
