"""A colour, as the web writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.field import BadValue, Field, IndexValue, clean_line
from wiki.bazar.models import FieldSpec

LONG = re.compile(r"#?([0-9a-f]{6})")
SHORT = re.compile(r"#?([0-9a-f])([0-9a-f])([0-9a-f])")


class Colour(Field):
    """#rrggbb, small letters."""

    name: ClassVar[str] = "colour"
    countable = True
    editable_in_cell = True
    summary = "#rrggbb"
    sample = "#AB0"
    label = _l("Colour")
    group = _l("Choice")
    icon = "sun"
    can_facet = True

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        typed = (clean_line(raw, longest=20) or "").lower()
        if not typed:
            return None
        if found := LONG.fullmatch(typed):
            return f"#{found.group(1)}"
        if found := SHORT.fullmatch(typed):
            return "#" + "".join(one * 2 for one in found.groups())
        raise BadValue(_("A colour is written #rrggbb, such as #0b5f6b."))

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return isinstance(value, str) and bool(re.fullmatch(r"#[0-9a-f]{6}", value))

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(text=value)]
