"""Free words to find an entry by: they are the tags of its page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.field import BadValue, Field, IndexValue, clean_line
from wiki.bazar.models import FieldSpec
from wiki.core.names import fold

LONGEST, MOST = 60, 50


class Tags(Field):
    """A list of words, kept as tags of the page, not in its data; at most one such field a form."""

    name: ClassVar[str] = "tags"
    order: ClassVar[int] = 100
    countable = True
    stores_tags = True
    summary_role = "tags"
    editable_in_cell = True
    only_one = _l("A form has one field of tags at most.")
    summary = "free words: the tags of the page"
    sample = "Brittany, free software"
    part = "tags"
    label = _l("Tags")
    group = _l("Choice")
    icon = "tags"
    can_facet = True

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        if raw is None:
            return None
        given = raw.split(",") if isinstance(raw, str) else raw
        if not isinstance(given, list) or not all(isinstance(tag, str) for tag in given):
            raise BadValue(_("A list of words is expected."))
        words = [clean_line(tag.replace(",", " "), longest=LONGEST) for tag in given]
        by_key = {fold(word): word for word in words if word and fold(word)}
        if len(by_key) > MOST:
            raise BadValue(_("At most %(count)s tags.", count=MOST))
        return list(by_key.values()) or None

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return isinstance(value, list) and all(isinstance(tag, str) for tag in value)

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(text=tag) for tag in value]

    def json_ld(self, spec: FieldSpec, value: Any) -> Any:
        return value

    def text(self, spec: FieldSpec, value: Any) -> str:
        return ", ".join(value)

    def typed(self, value: Any) -> str:
        """Return the words as people type them."""
        words = value if isinstance(value, list) else [value]
        return ", ".join(word for word in words if isinstance(word, str))
