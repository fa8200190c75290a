"""Entries as links: to a web address they give, else to themselves."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from wiki.bazar.entries.summary import brief
from wiki.bazar.views.base import View
from wiki.core.params import Param

if TYPE_CHECKING:
    from wiki.bazar.entries.entry_view import Entry
    from wiki.bazar.query.results import Found


class LinksView(View):
    """A plain list of links, for many entries on little room."""

    name = "links"
    summary = "links, to the address an entry gives"
    label = _l("Links")
    icon = "link"
    page_size = 100
    groups_rows = True
    options = (Param("link", _l("Link"), "field"),)
    takes = {"link": attrgetter("web_address")}

    def context(self, found: Found) -> dict[str, Any]:
        """Return each entry with where it leads elsewhere, "" for nowhere, and its few words."""
        link = self.field(found, "link")
        rows = [
            (entry, (_url(entry, link), brief(entry.data, found.specs))) for entry in found.entries
        ]
        return {"groups": self.grouped(found, rows)}


def _url(entry: Entry, link: Any) -> str:
    value = entry.get(link.key) if link else None
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else ""
