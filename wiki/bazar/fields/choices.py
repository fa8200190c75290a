"""Several answers out of a list: the designer's own, or one of the wiki's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.bazar.field import BadValue, IndexValue
from wiki.bazar.fields.choice import Choice
from wiki.bazar.models import FieldSpec

SEPARATOR = " | "


class Choices(Choice):
    """A list of keys, in the order of the options."""

    name: ClassVar[str] = "choices"
    order: ClassVar[int] = 80
    single_choice = False
    summary_role = "tags"
    editable_in_cell = False
    summary = "several choices"
    sample_options = {
        "choices": [{"key": "a", "label": "First, one"}, {"key": "b", "label": "Second"}]
    }
    part = "lists"
    label = _l("Several choices")
    icon = "list-checks"
    can_sort = False
    is_group = True

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        return [key for key in form.getlist(spec.key) if key]

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        if raw is None or raw == "":
            return None
        given = [raw] if isinstance(raw, str) else raw
        if not isinstance(given, list) or not all(isinstance(key, str) for key in given):
            raise BadValue(_("A list of choices is expected."))
        if not set(given) <= set(self.labels(spec)):
            raise BadValue(_("This is not one of the choices."))
        return sorted(set(given), key=lambda key: self.position(spec, key)) or None

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return isinstance(value, list) and all(isinstance(key, str) for key in value)

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(text=key) for key in value]

    def text(self, spec: FieldSpec, value: Any) -> str:
        labels = self.labels(spec)
        return ", ".join(labels.get(key, key) for key in value)

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        labels = self.labels(spec)
        return SEPARATOR.join(labels.get(key, key) for key in value)

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        return [self.key_of(spec, word) for word in cell.split("|") if word.strip()]
