"""A PDF: a card with its way, and the browser's own reader in the page after a click."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.core.http import allow_frame
from wiki.core.params import Param
from wiki.macros.base import BadParam, Call, Macro
from wiki.macros.page_files import file_url, page_file, words_of
from wiki.macros.support.links import web_address


class Pdf(Macro):
    """A PDF of this page, read in place; one from elsewhere is a link."""

    name: ClassVar[str] = "pdf"
    label = _l("PDF")
    help = _l("A document to read here after a click, or to download.")
    group = "media"
    icon = "file-text"
    params = (
        Param("file", _l("File of this page, or its address"), kind="file", required=True),
        Param("title", _l("Title")),
    )

    def understood(self, name: str, params: Any) -> Any:
        return {"file": params.get("url", "")} | dict(params)

    def context(self, call: Call) -> dict[str, Any] | None:
        wanted, title = call.get("file"), call.get("title")
        if wanted.startswith(("http:", "https:")):
            url = web_address(wanted)
            return {"url": url, "title": title or url.rpartition("/")[2] or url, "row": None}
        row = page_file(call, wanted)
        if row.media_type != "application/pdf":
            raise BadParam(_("%(name)s is not a PDF.", name=row.name))
        allow_frame("'self'")
        return {"url": file_url(call, row), "title": title or words_of(row), "row": row}
