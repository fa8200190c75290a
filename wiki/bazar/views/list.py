"""Entries one below the other: title, two lines, date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from wiki.bazar.entries.summary import brief
from wiki.bazar.views.base import View

if TYPE_CHECKING:
    from wiki.bazar.query.results import Found


class ListView(View):
    """The plainest view; it suits every form."""

    name = "list"
    summary = "title, facts, two lines"
    label = _l("List")
    icon = "list"
    common = True
    groups_rows = True

    def context(self, found: Found) -> dict[str, Any]:
        """Return each entry with its few words, under its heading."""
        rows = [(entry, brief(entry.data, found.specs, excerpt=True)) for entry in found.entries]
        return {"groups": self.grouped(found, rows)}
