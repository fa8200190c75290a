"""A telephone number, hidden from people without account unless the form says otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.field import BadValue, Field, IndexValue, clean_line
from wiki.bazar.models import FieldSpec

NUMBER = re.compile(r"\+?[0-9][0-9 ().\u00a0\u202f/-]{2,28}", re.ASCII)


class Phone(Field):
    """A number as people write it, with single spaces; French ones two digits by two."""

    name: ClassVar[str] = "phone"
    order: ClassVar[int] = 60
    editable_in_cell = True
    identifying = True
    summary = "a telephone number"
    sample = "0298000000"
    part = "contacts"
    label = _l("Telephone")
    group = _l("Text")
    icon = "phone"
    default_read = "+"
    can_sort = True

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        typed = clean_line(raw, longest=40)
        if typed is None:
            return None
        if not NUMBER.fullmatch(typed) or not 3 <= len(_digits(typed)) <= 15:
            raise BadValue(_("A telephone number has digits, spaces, and + at its start."))
        digits = _digits(typed)
        if re.fullmatch(r"0[1-9]\d{8}", digits) and not typed.startswith("+"):
            return " ".join(digits[at : at + 2] for at in range(0, 10, 2))
        return typed

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(text=_digits(value))]

    def words(self, spec: FieldSpec, value: Any) -> str:
        return f"{value} {_digits(value)}"

    def address(self, value: str) -> str:
        """Return what a click calls."""
        return f"tel:{'+' if value.startswith('+') else ''}{_digits(value)}"


def _digits(value: str) -> str:
    return re.sub(r"[^0-9]", "", value.replace("(0)", ""))
