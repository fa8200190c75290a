"""Yes, no, or no answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.field import BadValue, Field, IndexValue
from wiki.bazar.models import FieldSpec
from wiki.core.names import fold

YES = {"yes", "oui", "true", "vrai", "1", "on", "x", "o", "y"}
NO = {"no", "non", "false", "faux", "0", "off", "n"}


class YesNo(Field):
    """True or False."""

    name: ClassVar[str] = "yesno"
    order: ClassVar[int] = 90
    countable = True
    single_choice = True
    closed = True
    editable_in_cell = True
    summary = "yes, no, or no answer"
    sample = "no"
    label = _l("Yes or no")
    group = _l("Choice")
    icon = "check"
    is_group = True
    can_facet = True
    can_sort = True

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        if raw is None or raw == "" or isinstance(raw, bool):
            return None if raw == "" else raw
        word = fold(str(raw)) if isinstance(raw, int | str) and len(str(raw)) < 20 else "?"
        if word not in YES | NO:
            raise BadValue(_("The answer is yes or no."))
        return word in YES

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return isinstance(value, bool)

    def formula_value(self, spec: FieldSpec, value: Any) -> Any:
        return value

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(text=_word(value), number=float(value))]

    def text(self, spec: FieldSpec, value: Any) -> str:
        return str(_("Yes") if value else _("No"))

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        return _word(value)

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        word = fold(cell)
        return word in YES if word in YES | NO else cell

    def facet_label(self, spec: FieldSpec, text: str) -> str:
        return self.text(spec, text == "yes")

    def facet_order(self, spec: FieldSpec, text: str) -> int:
        return 0 if text == "yes" else 1

    def radios(self, spec: FieldSpec, value: Any) -> list[tuple[str, str, bool]]:
        """Return the buttons as (value, words, chosen)."""
        held = _word(value) if isinstance(value, bool) else str(value or "")
        words = [("yes", str(_("Yes"))), ("no", str(_("No")))]
        if not spec.required:
            words.append(("", str(_("No answer"))))
        return [(key, label, key == held) for key, label in words]


def _word(value: bool) -> str:
    return "yes" if value else "no"
