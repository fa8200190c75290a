"""A value that the wiki writes down when an entry is made: a constant, the day, who made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.bazar.field import Assigned, IndexValue, Saving, choices_of, clean_line
from wiki.bazar.fields.text import SORTED_BY
from wiki.bazar.models import FieldSpec
from wiki.core import i18n
from wiki.core.names import fold
from wiki.core.params import Param

SOURCES = ("constant", "today", "user", "language")


class Hidden(Assigned):
    """A text; set once, whatever changes after."""

    name: ClassVar[str] = "hidden"
    backfilled = False
    shown_in_form = False
    publication = "never"
    summary = "words, the day, who makes the entry, their language; written once"
    sample_options = {"source": "constant", "value": "spring"}
    label = _l("Hidden value")
    icon = "eye-off"
    can_facet = True
    can_sort = True
    options = (
        Param(
            "source",
            _l("What is written down"),
            "choice",
            choices=SOURCES,
            labels=(
                _l("These words"),
                _l("The day"),
                _l("Who makes the entry"),
                _l("Their language"),
            ),
        ),
        Param("value", _l("Words")),
    )

    def assigned(self, spec: FieldSpec, value: Any, saving: Saving) -> Any:
        if value is not None:
            return value
        source = choices_of(spec, "source", SOURCES, "constant")
        found = {
            "constant": str(spec.options.get("value") or ""),
            "today": i18n.today().isoformat(),
            "user": saving.actor.name,
            "language": i18n.language(),
        }[source]
        return found or None

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(text=fold(value)[:SORTED_BY])]

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        kept = {
            "source": choices_of(spec, "source", SOURCES, "constant"),
            "value": clean_line(spec.options.get("value"), longest=500),
        }
        return replace(spec, options={name: one for name, one in kept.items() if one})
