"""The images of the page, small, and large in a dialog."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Call, Macro
from wiki.macros.page_files import file_url, page_file, page_images, words_of


class Gallery(Macro):
    """Each image is a link to itself: the dialog only comes with JavaScript."""

    name: ClassVar[str] = "gallery"
    label = _l("Gallery")
    help = _l("The images of this page, small; a click shows them large.")
    group = "media"
    icon = "layout-grid"
    params = (
        Param("files", _l("Only these images"), help=_l("Names of files, commas between.")),
        Param("limit", _l("How many at most"), kind="number", default="60"),
        Param("names", _l("With their names"), kind="flag"),
    )
    aliases = {"galerie": {"nb": "limit"}}

    def context(self, call: Call) -> dict[str, Any] | None:
        wanted = call.words("files")
        rows = [page_file(call, name) for name in wanted] if wanted else page_images(call)
        limit = call.number("limit", least=1, most=200)
        images = [(file_url(call, row), words_of(row)) for row in rows[:limit]]
        return {"images": images, "names": call.flag("names")}
