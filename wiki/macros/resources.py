"""Resources: what we read and recommend."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from wiki.bazar.query.select import Pick, Selection, pick
from wiki.macros.base import Call, Platform
from wiki.macros.support.form_platform import FromForm, row


class Resources(FromForm):
    """The project's resources, else those of the whole network."""

    name: ClassVar[str] = "resources"
    label = _l("Resources")
    help = _l("Guides, templates and methods that we recommend.")
    model = "resources"
    model_label = _l("Resources")

    def found(self, call: Call) -> Selection:
        """Return the project's own resources, else the network's."""
        own = super().found(call)
        if own.total or own.form is None:
            return own
        return pick(Pick(self.model, counted=True), actor=call.actor)

    def told(self, call: Call, found: Selection) -> Platform:
        assert found.form is not None
        own = found.entries[0].page.project_id is not None and self.project_id(call) is not None
        return Platform(
            live=ngettext("%(num)s resource", "%(num)s resources", found.total),
            meta=_("Latest: %(titles)s", titles=found.entries[0].page.title),
            way=_("Browse them"),
            url=self.list_url(call, found.form)
            if own
            else self.list_url(call, found.form, project=None),
            rows=[row(entry, entry.data.get("summary")) for entry in found.entries],
        )
