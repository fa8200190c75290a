"""A box: a note, a tip or a warning that stands apart from the text."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Call, Macro

ICONS = {"note": "info", "tip": "sprout", "ok": "check", "warn": "triangle-alert"}


class Box(Macro):
    """The same as a `:::` box, with an icon."""

    name: ClassVar[str] = "box"
    label = _l("Box")
    help = _l("A note, a tip or a warning apart from the text.")
    icon = "info"
    paired = True
    sample = _l("A few words to be seen.")
    params = (
        Param("title", _l("Title")),
        Param(
            "kind",
            _l("Kind"),
            kind="choice",
            default="note",
            choices=tuple(ICONS),
            labels=(_l("Note"), _l("Tip"), _l("Done"), _l("Warning")),
        ),
    )

    def context(self, call: Call) -> dict[str, Any] | None:
        kind = call.get("kind") or "note"
        return {"title": call.get("title"), "kind": kind, "mark": ICONS[kind]}
