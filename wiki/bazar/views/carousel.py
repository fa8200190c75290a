"""Entries side by side, one or two in sight: the reader slides to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from wiki.bazar.entries.summary import brief
from wiki.bazar.views.base import IMAGE, View
from wiki.core.params import Param

if TYPE_CHECKING:
    from wiki.bazar.models import FieldSpec
    from wiki.bazar.query.results import Found


class CarouselView(View):
    """Slides, scrolled by finger, wheel, keys or their links."""

    name = "carousel"
    summary = "slides"
    label = _l("Carousel")
    icon = "columns-2"
    page_size = 12
    options = (Param("image", _l("Image"), "field"),)
    takes = {"image": IMAGE}

    def suits(self, specs: Sequence[FieldSpec]) -> bool:
        return True

    def context(self, found: Found) -> dict[str, Any]:
        """Return each entry with its image, if the form has one, and its few words."""
        image = self.field(found, "image")
        return {
            "rows": [
                (
                    entry,
                    entry.get(image.key) if image else None,
                    brief(entry.data, found.specs, excerpt=True),
                )
                for entry in found.entries
            ]
        }
