"""The end of a section, a tab or a conditional block, where what follows is not of it."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from wiki.bazar.fields.heading import Heading
from wiki.bazar.models import FieldSpec


class End(Heading):
    """It ends the last part that was opened."""

    name: ClassVar[str] = "end"
    summary = "ends the last block"
    sample_options = {}
    label = _l("End of the block")
    icon = "minus"
    opens = "end"
    options = ()

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        return replace(spec, options={})
