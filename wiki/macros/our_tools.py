"""Our tools: what the project works with, with their rules of use."""

from __future__ import annotations

from typing import ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from wiki.bazar.query.select import Pick, Selection, pick
from wiki.macros.base import Call, Platform
from wiki.macros.support.form_platform import FromForm, row


class OurTools(FromForm):
    """The tools of the project."""

    name: ClassVar[str] = "our_tools"
    label = _l("Our tools")
    help = _l("What we work with, and how to get access.")
    icon = "settings"
    model = "our_tools"
    model_label = _l("Our tools")

    def found(self, call: Call) -> Selection:
        """Return the project's own tools, else those of the whole network."""
        own = super().found(call)
        return own if own.total or own.form is None else pick(Pick(self.model), actor=call.actor)

    def told(self, call: Call, found: Selection) -> Platform:
        assert found.form is not None
        return Platform(
            live=ngettext("%(num)s tool", "%(num)s tools", found.total),
            meta=", ".join(entry.page.title for entry in found.entries),
            way=_("See how to get access"),
            url=url_for(
                "bazar.lists.show",
                form_key=found.form.key,
                project=found.entries[0].page.project_id,
            ),
            rows=[row(entry, entry.data.get("purpose")) for entry in found.entries],
        )
