"""Entries folded under their titles: what they answer unfolds in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from wiki.bazar.entries.entry_layout import layout
from wiki.bazar.entries.summary import brief
from wiki.bazar.views.base import View

if TYPE_CHECKING:
    from wiki.bazar.query.results import Found


class AccordionView(View):
    """Titles that unfold, for questions and answers."""

    name = "accordion"
    summary = "titles that unfold"
    label = _l("Accordion")
    icon = "chevron-down"
    groups_rows = True

    def context(self, found: Found) -> dict[str, Any]:
        """Return each entry with its few words and all its answers."""
        rows = [(entry, (brief(entry.data, found.specs), layout(entry))) for entry in found.entries]
        return {"groups": self.grouped(found, rows)}
