"""A line of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.bazar.field import Field, IndexValue, clean_line, part_by_length
from wiki.bazar.models import FieldSpec
from wiki.core.names import fold

LONGEST = 500
SORTED_BY = 120
"""Characters of a text that sorting looks at."""


class Text(Field):
    """One line, stored as it is read."""

    name: ClassVar[str] = "text"
    order: ClassVar[int] = 10
    short_text = True
    summary_role = "text"
    editable_in_cell = True
    identifying = True
    summary = "one line"
    sample = "A  line "
    label = _l("Short text")
    group = _l("Text")
    can_sort = True

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        return clean_line(raw, longest=LONGEST)

    def part_of(self, spec: FieldSpec, value: Any) -> str:
        return part_by_length(self.part, self.text(spec, value))

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(text=fold(value)[:SORTED_BY])]
