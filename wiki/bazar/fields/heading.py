"""Words in the form that are no question: a heading, and a text below it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from wiki.bazar.field import Field, clean_text
from wiki.bazar.fields.longtext import LongText
from wiki.bazar.models import FieldSpec
from wiki.core.params import Param

LONG = LongText()


class Heading(Field):
    """No value; it shows in the form alone."""

    name: ClassVar[str] = "heading"
    summary = "a heading and a text in the form"
    sample_options = {"text": "Some *help*"}
    label = _l("Heading and text")
    group = _l("Layout of the form")
    icon = "heading"
    role = "block"
    options: ClassVar[tuple[Param, ...]] = (
        Param("text", _l("Text"), "long", help=_l("In Markdown.")),
    )

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        return None

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return False

    def html(self, spec: FieldSpec) -> Markup:
        """Return the text as HTML."""
        text = spec.options.get("text")
        return LONG.html(text) if text else Markup()

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        text = clean_text(spec.options.get("text"), longest=20_000)
        LONG.clean(spec, text)
        return replace(spec, options={"text": text} if text else {})
