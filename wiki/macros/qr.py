"""A QR code, drawn by the server: the page's address, or any words."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.core.http import absolute_url
from wiki.core.params import Param
from wiki.core.qr import drawing
from wiki.macros.base import BadParam, Call, Macro

LONGEST = 500


class Qr(Macro):
    """An SVG in the page itself: no request, no script."""

    name: ClassVar[str] = "qr"
    label = _l("QR code")
    help = _l("For posters and slides: the address of this page, or any other.")
    group = "media"
    icon = "layout-grid"
    params = (
        Param("text", _l("Address or words"), help=_l("Left empty: this page.")),
        Param("caption", _l("Caption")),
    )

    def context(self, call: Call) -> dict[str, Any] | None:
        name = call.page.name if call.page else ""
        here = absolute_url(url_for("pages.show", name=name) if name else url_for("pages.home"))
        text = call.get("text") or here
        if len(text) > LONGEST:
            raise BadParam(_("At most %(count)s characters.", count=LONGEST))
        return {"drawing": drawing(text), "text": text, "caption": call.get("caption")}
