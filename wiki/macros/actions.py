"""Actions in progress: how many, the next step of each, and who leads it."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from wiki.bazar.query.select import Pick, Picked, Selection, pick
from wiki.macros.base import Call, Platform
from wiki.macros.support.form_platform import FromForm, row

OVER = {"state": ("done",)}


class Actions(FromForm):
    """Actions in progress of the project."""

    name: ClassVar[str] = "actions"
    label = _l("Actions")
    help = _l("What is in progress, and what looks for a hand.")
    icon = "list-checks"
    model = "actions"
    model_label = _l("Actions and calls for help")

    def wanted(self, call: Call) -> Pick:
        return Pick(self.model, self.project_id(call), unless=OVER, counted=True)

    def told(self, call: Call, found: Selection) -> Platform:
        assert found.form is not None
        hands = {"help_wanted": "yes"}
        wanted = pick(
            Pick(
                self.model,
                self.project_id(call),
                where=hands,
                unless=OVER,
                limit=2,
                counted=True,
            ),
            actor=call.actor,
        )
        titles = " ; ".join(entry.page.title for entry in wanted.entries)
        return Platform(
            live=ngettext("%(num)s action", "%(num)s actions", found.total)
            + (", " + looking(wanted.total) if wanted.total else ""),
            meta=titles,
            way=_("Take an action"),
            url=self.list_url(call, found.form, **(hands if wanted.total else {})),
            rows=[row(entry, _step(entry)) for entry in found.entries],
        )


def looking(count: int) -> str:
    """Say how many actions look for a hand."""
    return ngettext("%(num)s looks for a hand", "%(num)s look for a hand", count)


def _step(entry: Picked) -> str:
    words = (entry.data.get("lead"), entry.data.get("next_step"))
    return " · ".join(str(word) for word in words if word)
