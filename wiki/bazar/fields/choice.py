"""One answer out of a list: the designer's own, or one of the wiki's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.field import BadValue, Field, IndexValue, SummaryRole, clean_line
from wiki.bazar.models import FieldSpec
from wiki.bazar.values import vocabularies
from wiki.core.names import fold
from wiki.core.params import Param

LONGEST = 200
MOST = 500
LIST = Param("list", _l("List of the wiki"), "list", help=_l("It stands for the choices above."))


class Choice(Field):
    """The key of an option; labels may change, keys stay."""

    name: ClassVar[str] = "choice"
    order: ClassVar[int] = 70
    countable = True
    single_choice: ClassVar[bool] = True
    closed = True
    summary_role: ClassVar[SummaryRole] = "category"
    editable_in_cell: ClassVar[bool] = True
    summary = "one choice"
    sample = "b"
    sample_options = {
        "choices": [{"key": "a", "label": "First, one"}, {"key": "b", "label": "Second"}]
    }
    label = _l("One choice")
    group = _l("Choice")
    icon = "list-checks"
    can_facet = True
    can_sort = True
    options: ClassVar[tuple[Param, ...]] = (
        Param("choices", _l("Choices"), "choices", required=True),
        LIST,
    )

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        key = clean_line(raw, longest=LONGEST)
        if key is not None and key not in self.labels(spec):
            raise BadValue(_("This is not one of the choices."))
        return key

    def formula_value(self, spec: FieldSpec, value: Any) -> Any:
        return value

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(text=value, number=float(self.position(spec, value)))]

    def text(self, spec: FieldSpec, value: Any) -> str:
        return self.labels(spec).get(str(value), str(value))

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        return self.key_of(spec, cell)

    def facet_label(self, spec: FieldSpec, text: str) -> str:
        return self.labels(spec).get(text, text)

    def facet_order(self, spec: FieldSpec, text: str) -> int:
        return self.position(spec, text)

    def choices(self, spec: FieldSpec, value: Any = None) -> list[tuple[str, str]]:
        """Return the options as (key, label), with a value held that is no longer one of them."""
        labels = self.labels(spec)
        held = value if isinstance(value, list) else [value]
        gone = [key for key in held if isinstance(key, str) and key and key not in labels]
        return list(labels.items()) + [(key, key) for key in gone]

    def rows(self, spec: FieldSpec) -> list[dict[str, Any]]:
        """Return the options in their order: "key", "label", and "parent", "color", "icon" if any."""
        named = spec.options.get("list")
        return vocabularies.options(named) if named else list(spec.options.get("choices", []))

    def labels(self, spec: FieldSpec) -> dict[str, str]:
        """Return the labels of a field's options by key, in their order."""
        return {row["key"]: row["label"] for row in self.rows(spec)}

    def look(self, spec: FieldSpec, key: Any) -> dict[str, str]:
        """Return the colour and the icon of an option, if its list gives any."""
        row = next((row for row in self.rows(spec) if row["key"] == key), {})
        return {part: row[part] for part in ("color", "icon") if row.get(part)}

    def position(self, spec: FieldSpec, key: str) -> int:
        """Return where an option stands; past the end when it is no longer one."""
        keys = list(self.labels(spec))
        return keys.index(key) if key in keys else len(keys)

    def key_of(self, spec: FieldSpec, word: str) -> str:
        """Return the key that a key or a label stands for; the word itself when it is neither."""
        word, labels = word.strip(), self.labels(spec)
        by_label = {fold(label): key for key, label in labels.items()}
        return word if word in labels else by_label.get(fold(word), word)

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        named = clean_line(spec.options.get("list"), longest=LONGEST)
        if named:
            if vocabularies.named(named) is None:
                raise BadValue(_("There is no list called %(name)s.", name=named))
            return replace(spec, options={"list": named})
        return replace(spec, options={"choices": self.checked(spec.options.get("choices"))})

    def checked(self, rows: Any) -> list[dict[str, str]]:
        """Return the designer's own options as they are kept. Raises BadValue."""
        if not isinstance(rows, list) or not rows or len(rows) > MOST:
            raise BadValue(_("Write at least one choice, at most %(count)s.", count=MOST))
        choices = [_checked(row) for row in rows]
        for part in ("key", "label"):
            if len({fold(choice[part]) for choice in choices}) < len(choices):
                raise BadValue(_("Two choices are the same."))
        return choices


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
