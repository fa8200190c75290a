"""One answer out of a list that the designer wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.fields.base import BadValue, Field, IndexValue, clean_line
from wiki.bazar.models import FieldSpec
from wiki.core.names import fold
from wiki.core.params import Param

LONGEST = 200
MOST = 500


class Choice(Field):
    """The key of an option; labels may change, keys stay."""

    name: ClassVar[str] = "choice"
    label = _l("One choice")
    group = _l("Choice")
    icon = "list-checks"
    can_facet = True
    can_sort = True
    options = (Param("choices", _l("Choices"), "choices", required=True),)

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        key = clean_line(raw, longest=LONGEST)
        if key is not None and key not in labels(spec):
            raise BadValue(_("This is not one of the choices."))
        return key

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(text=value, number=float(position(spec, value)))]

    def text(self, spec: FieldSpec, value: Any) -> str:
        return labels(spec).get(str(value), str(value))

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        return key_of(spec, cell)

    def facet_label(self, spec: FieldSpec, text: str) -> str:
        return labels(spec).get(text, text)

    def facet_order(self, spec: FieldSpec, text: str) -> int:
        return position(spec, text)

    def choices(self, spec: FieldSpec, value: Any = None) -> list[tuple[str, str]]:
        """Return the options as (key, label), with a value held that is no longer one of them."""
        known = list(labels(spec).items())
        held = value if isinstance(value, list) else [value]
        gone = [key for key in held if isinstance(key, str) and key and key not in labels(spec)]
        return known + [(key, key) for key in gone]

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        rows = spec.options.get("choices")
        if not isinstance(rows, list) or not rows or len(rows) > MOST:
            raise BadValue(_("Write at least one choice, at most %(count)s.", count=MOST))
        choices = [_checked(row) for row in rows]
        for part in ("key", "label"):
            if len({fold(choice[part]) for choice in choices}) < len(choices):
                raise BadValue(_("Two choices are the same."))
        return replace(spec, options={"choices": choices})


def labels(spec: FieldSpec) -> dict[str, str]:
    """Return the labels of a field's options by key, in their order."""
    return {row["key"]: row["label"] for row in spec.options.get("choices", [])}


def position(spec: FieldSpec, key: str) -> int:
    """Return where an option stands; past the end when it is no longer one."""
    keys = list(labels(spec))
    return keys.index(key) if key in keys else len(keys)


def key_of(spec: FieldSpec, word: str) -> str:
    """Return the key that a key or a label stands for; the word itself when it is neither."""
    word = word.strip()
    by_label = {fold(label): key for key, label in labels(spec).items()}
    return word if word in labels(spec) else by_label.get(fold(word), word)


def _checked(row: Any) -> dict[str, str]:
    """Return an option with its key, made from its label when it has none. Raises BadValue."""
    row = {"label": row} if isinstance(row, str) else row
    if not isinstance(row, dict):
        raise BadValue(_("A choice has a key and a label."))
    label = clean_line(row.get("label"), longest=LONGEST)
    if label is None or "|" in label:
        raise BadValue(_("A choice has a label, without |."))
    key = clean_line(row.get("key"), longest=LONGEST) or fold(label)
    if "|" in key:
        raise BadValue(_("A choice has a key without |."))
    return {"key": key, "label": label}
