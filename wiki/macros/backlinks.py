"""The pages that link to this one, where the writer wants them."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.core import db
from wiki.core.params import Param
from wiki.macros.base import Call, Macro
from wiki.macros.support.page_lists import page_of
from wiki.pages.structure.backlinks import linking_to


class Backlinks(Macro):
    """Pages linked here, of those the reader may see."""

    name: ClassVar[str] = "backlinks"
    label = _l("Pages linked here")
    help = _l("The pages that link to this one, or to another.")
    group = "lists"
    icon = "link-2"
    template = "macros/pages.html"
    params = (
        Param("page", _l("Page"), kind="page", help=_l("Left empty: this one.")),
        Param("limit", _l("How many at most"), kind="number", default="50"),
    )

    def context(self, call: Call) -> dict[str, Any] | None:
        page, limit = page_of(call), call.number("limit", least=1, most=200)
        found = linking_to(page, actor=call.actor).limit(limit) if page is not None else None
        rows = db.session().scalars(found).all() if found is not None else []
        return {"pages": rows, "show": "titles"}
