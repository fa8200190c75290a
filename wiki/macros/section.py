"""A band of the page with a ground of its own."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Call, Macro

TONES = ("surface", "tint", "straw", "brand", "none")


class Section(Macro):
    """A text on a coloured ground, of the wiki's own colours so that it stays readable."""

    name: ClassVar[str] = "section"
    label = _l("Section")
    help = _l("A band of the page on a ground of its own.")
    icon = "layout-grid"
    paired = True
    sample = _l("## A title\n\nA few words.")
    params = (
        Param(
            "tone",
            _l("Ground"),
            kind="colour",
            default="surface",
            choices=TONES,
            labels=(_l("Grey"), _l("Pale"), _l("Straw"), _l("Colour"), _l("None")),
        ),
        Param("centre", _l("Centred text"), kind="flag"),
    )

    def context(self, call: Call) -> dict[str, Any] | None:
        return {"tone": call.get("tone"), "centre": call.flag("centre")}
