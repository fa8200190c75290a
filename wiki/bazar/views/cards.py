"""Entries as cards: an image, what it is and where, title, a sentence, tags, one fact and the date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from wiki.bazar.entries.summary import brief
from wiki.bazar.views.base import IMAGE, View
from wiki.core.params import Param

if TYPE_CHECKING:
    from wiki.bazar.query.results import Found


class CardsView(View):
    """Cards, for what is chosen by looking over many."""

    name = "cards"
    summary = "cards, with an image where the form asks for one"
    label = _l("Cards")
    icon = "layout-grid"
    common = True
    groups_rows = True
    options = (Param("image", _l("Image"), "field"),)
    takes = {"image": IMAGE}

    def context(self, found: Found) -> dict[str, Any]:
        """Return each entry with its image, if its form asks for one, and its few words, under its heading."""
        image = self.field(found, "image")
        rows = [
            (entry, (entry.get(image.key) if image else None, brief(entry.data, found.specs)))
            for entry in found.entries
        ]
        return {"groups": self.grouped(found, rows)}
