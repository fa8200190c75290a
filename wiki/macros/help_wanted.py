"""Help wanted: the actions that look for a hand, whoever reads."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.models import Form
from wiki.bazar.query.select import Pick, Selection
from wiki.macros.actions import OVER, looking
from wiki.macros.base import Call, Platform
from wiki.macros.support.form_platform import FromForm, page_url, row

HANDS = {"help_wanted": "yes"}


class HelpWanted(FromForm):
    """Calls for help of the project."""

    name: ClassVar[str] = "help_wanted"
    label = _l("Help wanted")
    help = _l("What a newcomer can do this week.")
    model = "actions"
    model_label = _l("Actions and calls for help")

    def wanted(self, call: Call) -> Pick:
        return Pick(self.model, self.project_id(call), where=HANDS, unless=OVER, counted=True)

    def told(self, call: Call, found: Selection) -> Platform:
        first = found.entries[0]
        return Platform(
            live=first.page.title,
            meta=str(first.data.get("next_step") or "") or looking(found.total),
            way=_("Lend a hand"),
            url=page_url(first),
            rows=[row(entry, entry.data.get("next_step")) for entry in found.entries],
        )

    def empty(self, call: Call, form: Form) -> Platform:
        return self.closed(
            call,
            form,
            _("No call for help"),
            _("Say what would do you good: someone may be waiting to be asked."),
            _("Ask for a hand"),
        )
