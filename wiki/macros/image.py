"""An image with its caption, at the size and on the side one wants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Call, Macro
from wiki.macros.page_files import file_url, page_file, words_of
from wiki.macros.support.links import target_of

SIZES = ("full", "big", "medium", "small")
SIDES = ("", "left", "right", "center")


class Image(Macro):
    """An image of the page in a `<figure>`; another file is offered as a link."""

    name: ClassVar[str] = "image"
    label = _l("Image with a caption")
    help = _l("An image of this page, its caption, its size and its side.")
    group = "media"
    icon = "image"
    params = (
        Param("file", _l("Image of this page"), kind="file", required=True),
        Param("alt", _l("What it shows"), help=_l("For who cannot see it.")),
        Param("caption", _l("Caption")),
        Param(
            "size",
            _l("Size"),
            kind="choice",
            default="full",
            choices=SIZES,
            labels=(_l("Full width"), _l("Big"), _l("Medium"), _l("Small")),
        ),
        Param(
            "align",
            _l("Side"),
            kind="choice",
            choices=SIDES,
            labels=(_l("As the text"), _l("Left"), _l("Right"), _l("Centre")),
        ),
        Param("link", _l("Leads to"), kind="page"),
    )
    aliases = {
        "attach": {
            "file": "file",
            "desc": "alt",
            "caption": "caption",
            "legend": "caption",
            "link": "link",
        }
    }

    def understood(self, name: str, params: Mapping[str, str]) -> Mapping[str, str]:
        known = dict(super().understood(name, params))
        if name == self.name:
            return known
        size = {"original": "full"}.get(params.get("size", ""), params.get("size", ""))
        known["size"] = size if size in SIZES else "full"
        looks = params.get("class", "").split()
        known["align"] = next((side for side in SIDES[1:] if side in looks), "")
        return known

    def context(self, call: Call) -> dict[str, Any] | None:
        row = page_file(call, call.get("file"))
        link = call.get("link")
        return {
            "row": row,
            "url": file_url(call, row),
            "is_image": row.media_type.startswith("image/"),
            "alt": call.get("alt") or (words_of(row) if not call.get("caption") else ""),
            "target": target_of(link, call) if link else None,
        }
