"""What needs a hand: how many pages to read again, to write, to link, of the project or of the whole wiki."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from wiki.macros.base import Block, Call, Platform
from wiki.pages.maintenance.lists import BEDS, counts


class Garden(Block):
    """The garden in a few figures, of those the reader may see."""

    name: ClassVar[str] = "garden"
    label = _l("To be gardened")
    help = _l("What of the pages needs a hand: to read again, to write, to link.")
    group = "lists"
    icon = "sprout"
    template = "macros/garden.html"

    def context(self, call: Call) -> dict[str, Any] | None:
        return {"beds": BEDS, "counts": _counts(call)}

    def platform(self, call: Call) -> Platform:
        found = _counts(call)
        total = sum(found.values())
        said = [
            _("%(label)s: %(count)s", label=BEDS[key].label, count=number)
            for key, number in found.items()
            if number
        ]
        return Platform(
            live=ngettext("%(num)s thing to tend", "%(num)s things to tend", total)
            if total
            else _("All is well kept"),
            meta=" · ".join(said[:3]),
            way=_("Go to the garden"),
            url=url_for("pages.garden"),
        )


def _counts(call: Call) -> dict[str, int]:
    return counts(call.actor, project=call.page.project_id if call.page else None)
