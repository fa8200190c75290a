"""Tabs: one text at a time; without JavaScript or on paper, all of them with their titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.core.markup import MacroSlot
from wiki.core.params import Param
from wiki.macros.base import Call, Macro


class Tabs(Macro):
    """Holds `{{tab}}` texts; `titles` names those that have none, as YesWiki has it."""

    name: ClassVar[str] = "tabs"
    label = _l("Tabs")
    help = _l("Several texts in one place, one shown at a time.")
    icon = "table"
    paired = True
    sample = _l(
        '{{tab title="One"}}\nThe first text.\n{{/tab}}\n{{tab title="Two"}}\nThe second.\n{{/tab}}'
    )
    params = (Param("titles", _l("Titles"), help=_l("Commas between; or a title in each tab.")),)

    def prepared(self, slot: MacroSlot, params: Mapping[str, str]) -> MacroSlot:
        """Give each tab the title that the whole has for it."""
        if slot.body is None or not params.get("titles"):
            return slot
        titles = iter(part.strip() for part in params["titles"].split(","))

        def named(segment: Any) -> Any:
            if not isinstance(segment, MacroSlot) or segment.name != "tab":
                return segment
            title = next(titles, "")
            return replace(segment, params={"title": title} | segment.params)

        segments = tuple(named(segment) for segment in slot.body.segments)
        return replace(slot, body=replace(slot.body, segments=segments))

    def context(self, call: Call) -> dict[str, Any] | None:
        return {}
