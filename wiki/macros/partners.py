"""Partners: how many, who came last, and the way to the map."""

from __future__ import annotations

from typing import ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from wiki.bazar.query.select import Selection
from wiki.macros.base import Call, Platform
from wiki.macros.support.form_platform import FromForm


class Partners(FromForm):
    """The partners of the whole network, or of the project when it has its own."""

    name: ClassVar[str] = "partners"
    label = _l("Partners")
    help = _l("Who we work with, on a map.")
    icon = "users"
    model = "partners"
    model_label = _l("Partners")

    def project_id(self, call: Call) -> int | None:
        return None

    def told(self, call: Call, found: Selection) -> Platform:
        assert found.form is not None
        names = ", ".join(entry.page.title for entry in found.entries[:3])
        return Platform(
            live=ngettext("%(num)s organisation", "%(num)s organisations", found.total),
            meta=_("Last changed: %(names)s", names=names),
            way=_("See the map"),
            url=url_for("bazar.lists.show", form_key=found.form.key, view="map"),
        )
