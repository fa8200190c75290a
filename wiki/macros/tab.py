"""One of the texts of a set of tabs."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Call, Macro


class Tab(Macro):
    """A text with the title of its tab."""

    name: ClassVar[str] = "tab"
    label = _l("One tab")
    help = _l("Stands between {{tabs}} and {{/tabs}}.")
    icon = "table"
    paired = True
    sample = _l("A few words.")
    params = (Param("title", _l("Title")),)

    def context(self, call: Call) -> dict[str, Any] | None:
        return {"title": call.get("title") or _("Tab")}
