"""Entries as articles, the latest first: image, title, when and by whom, first words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from wiki.bazar.entries.summary import brief, shorten
from wiki.bazar.views.base import IMAGE, TEMPORAL, View, first_of
from wiki.core.params import Param

if TYPE_CHECKING:
    from wiki.bazar.entries.entry_view import Entry
    from wiki.bazar.field import Field
    from wiki.bazar.models import FieldSpec
    from wiki.bazar.query.results import Found

LONGEST = 420


def _is_text(kind: Field) -> bool:
    return kind.summary_role == "text"


def _is_long_text(kind: Field) -> bool:
    return kind.is_long and _is_text(kind)


class BlogView(View):
    """Articles."""

    name = "blog"
    summary = "articles, the latest first"
    label = _l("Blog")
    icon = "file-text"
    page_size = 10
    options = (Param("image", _l("Image"), "field"), Param("text", _l("Text"), "field"))
    takes = {"image": IMAGE, "text": _is_text}

    def usual_sort(self, specs: Sequence[FieldSpec]) -> str:
        spec = first_of(specs, TEMPORAL)
        return f"-{spec.key}" if spec else "-date"

    def context(self, found: Found) -> dict[str, Any]:
        """Return each entry with its image, its first words and its few words."""
        image, date = self.field(found, "image"), first_of(found.specs, TEMPORAL)
        text = self.field_set(found, "text") or first_of(found.specs[1:], _is_long_text)
        text = text or first_of(found.specs[1:], _is_text)
        return {
            "date": date,
            "rows": [
                (
                    entry,
                    entry.get(image.key) if image else None,
                    _words(entry, text),
                    brief(entry.data, found.specs),
                )
                for entry in found.entries
            ],
        }


def _words(entry: Entry, text: FieldSpec | None) -> str:
    return shorten(entry.text(text.key), LONGEST) if text else ""
