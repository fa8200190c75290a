"""People by their faces: image, name, a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from wiki.bazar.entries.summary import brief
from wiki.bazar.views.base import IMAGE, View, first_of
from wiki.core.params import Param

if TYPE_CHECKING:
    from wiki.bazar.models import FieldSpec
    from wiki.bazar.query.results import Found


class PortraitsView(View):
    """Faces and names; it needs a field of images."""

    name = "portraits"
    summary = "faces and names"
    label = _l("Portraits")
    icon = "users"
    groups_rows = True
    options = (Param("image", _l("Image"), "field"),)
    takes = {"image": IMAGE}

    def suits(self, specs: Sequence[FieldSpec]) -> bool:
        return first_of(specs, IMAGE) is not None

    def context(self, found: Found) -> dict[str, Any]:
        """Return each entry with its image (none shows initials) and its few words."""
        image = self.field(found, "image")
        rows = [
            (entry, (entry.get(image.key) if image else None, brief(entry.data, found.specs)))
            for entry in found.entries
        ]
        return {"groups": self.grouped(found, rows), "initials": initials}


def initials(title: str) -> str:
    """Return the first letters of two words of a title."""
    words = [word for word in title.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()
