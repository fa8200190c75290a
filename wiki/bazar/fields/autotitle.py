"""The title of an entry made of its other answers: nobody writes it then."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.field import BadValue, Field, clean_line
from wiki.bazar.models import FieldSpec
from wiki.bazar.values.formula import GAP
from wiki.core.params import Param


class AutoTitle(Field):
    """No value of its own: `assignment.py` makes the title of the template."""

    name: ClassVar[str] = "autotitle"
    makes_title = True
    publication = "complete"
    only_one = _l("The title is made by one field at most.")
    summary = "makes the title of the entry from other fields"
    sample_options = {"template": "{n} – {title}"}
    label = _l("Title made of fields")
    group = _l("Filled in by the wiki")
    icon = "heading"
    role = "block"
    options = (
        Param(
            "template",
            _l("Title"),
            help=_l(
                "Keys of fields in braces: {town} – {name}. Only fields that all may read count."
            ),
        ),
    )

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        return None

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return False

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        template = clean_line(spec.options.get("template"), longest=200) or ""
        if template and not GAP.search(template):
            raise BadValue(_("Name at least one field in braces, such as {town}."))
        return replace(spec, options={"template": template} if template else {})
