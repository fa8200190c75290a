"""Decisions: the last one, what is still to be decided, and the register."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from wiki.bazar.fields.date import moment_of
from wiki.bazar.models import Form
from wiki.bazar.query.select import Picked, Selection
from wiki.core import i18n
from wiki.macros.base import Call, Platform
from wiki.macros.support.form_platform import FromForm, row

OPEN = {"proposed", "discussed", "voting"}


class Decisions(FromForm):
    """The decisions of the project."""

    name: ClassVar[str] = "decisions"
    label = _l("Decisions")
    help = _l("The last decisions, those to come, and the register.")
    model = "decisions"
    model_label = _l("Decisions")

    def told(self, call: Call, found: Selection) -> Platform:
        assert found.form is not None
        pending = [entry for entry in found.entries if entry.data.get("state") in OPEN]
        taken = [entry for entry in found.entries if entry not in pending]
        count = ngettext("%(num)s decision", "%(num)s decisions", found.total)
        last = _("Last: %(title)s", title=taken[0].page.title) if taken else count
        to_come = _("To decide: %(title)s", title=pending[0].page.title) if pending else ""
        return Platform(
            live=to_come or taken[0].page.title,
            meta=last if pending else count,
            way=_("See the register"),
            url=self.list_url(call, found.form),
            rows=[row(entry, _note(entry)) for entry in found.entries],
        )

    def empty(self, call: Call, form: Form) -> Platform:
        return self.closed(
            call,
            form,
            _("No decision written down"),
            _("One line each, the day it is taken: nobody has to remember."),
            _("Write one down"),
        )


def _note(entry: Picked) -> str:
    day = entry.data.get("date")
    words = _("to decide") if entry.data.get("state") in OPEN else ""
    return " · ".join(
        part for part in (words, i18n.day(moment_of(str(day))) if day else "") if part
    )
