"""Actions wanted: what is in progress, and what looks for a hand."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from wiki.bazar.pick import Pick, Selection, pick
from wiki.macros.base import Call, Platform
from wiki.macros.from_form import FromForm


class Actions(FromForm):
    """Actions in progress and calls for help of the project."""

    name: ClassVar[str] = "actions"
    label = _l("Actions")
    help = _l("What is in progress, and what looks for a hand.")
    icon = "list-checks"
    model = "actions"
    model_label = _l("Actions and calls for help")

    def told(self, call: Call, found: Selection) -> Platform:
        assert found.form is not None
        wanted = pick(
            Pick(
                self.model,
                self.project_id(call),
                where={"help_wanted": "yes"},
                limit=2,
                counted=True,
            ),
            actor=call.actor,
        )
        titles = " ; ".join(entry.page.title for entry in wanted.entries)
        only: dict[str, Any] = {"help_wanted": "yes"} if wanted.total else {}
        return Platform(
            live=ngettext("%(num)s action", "%(num)s actions", found.total)
            + (", " + _wanted(wanted.total) if wanted.total else ""),
            meta=titles,
            way=_("Take an action"),
            url=url_for(
                "bazar_lists.show",
                form=found.form.key,
                project=self.project_id(call),
                **only,
            ),
        )


def _wanted(count: int) -> str:
    return ngettext("%(num)s looks for a hand", "%(num)s look for a hand", count)
