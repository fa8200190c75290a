"""The start of a block that shows only after some answer; the server holds to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.bazar.field import choices_of, clean_line
from wiki.bazar.fields.heading import Heading
from wiki.bazar.forms import conditions
from wiki.bazar.models import FieldSpec
from wiki.core.params import Param

WORDS = (_l("is"), _l("is not"), _l("contains"), _l("has an answer"), _l("has no answer"))


class Condition(Heading):
    """It goes to its end, or to the next condition, section or tab."""

    name: ClassVar[str] = "condition"
    publication = "complete"
    summary = "begins a block that shows only after some answer"
    sample_options = {"field": "n", "test": "is", "value": "1"}
    label = _l("Only if…")
    icon = "filter"
    opens = "condition"
    options = (
        Param("field", _l("If this field"), "field"),
        Param("test", _l("Test"), "choice", choices=conditions.TESTS, labels=WORDS),
        Param("value", _l("Answer"), help=_l("Several with a bar between them: any will do.")),
    )

    def test_in_words(self, spec: FieldSpec) -> str:
        """Return what the condition asks of its field, in words."""
        test = choices_of(spec, "test", conditions.TESTS, "is")
        return str(dict(zip(conditions.TESTS, WORDS, strict=True))[test])

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        kept: dict[str, Any] = {
            "field": clean_line(spec.options.get("field"), longest=40),
            "test": choices_of(spec, "test", conditions.TESTS, "is"),
            "value": clean_line(spec.options.get("value"), longest=500),
        }
        return replace(spec, options={name: one for name, one in kept.items() if one})
