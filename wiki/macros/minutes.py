"""Minutes: the last meeting that has some, and how many there are."""

from __future__ import annotations

from typing import ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from wiki.bazar.fields.points import has_minutes
from wiki.bazar.models import Form
from wiki.bazar.query.select import Pick, Selection
from wiki.core import db, i18n
from wiki.macros.base import Call, Platform
from wiki.macros.support.form_platform import FromForm, row

LOOKED_AT = 20
"""How many past meetings are looked through for minutes."""


class Minutes(FromForm):
    """The minutes of past meetings of the project."""

    name: ClassVar[str] = "minutes"
    label = _l("Minutes")
    help = _l("The last minutes, in one click.")
    icon = "pencil"
    model = "meetings"
    model_label = _l("Meetings")

    def wanted(self, call: Call) -> Pick:
        return Pick(
            self.model, self.project_id(call), date="date", until=db.utcnow(), limit=LOOKED_AT
        )

    def told(self, call: Call, found: Selection) -> Platform:
        written = [entry for entry in found.entries if has_minutes(entry.data)]
        if not written or written[0].at is None:
            assert found.form is not None
            return self.empty(call, found.form)
        last = written[0]
        return Platform(
            live=_("Last: %(day)s", day=i18n.day(written[0].at)),
            meta=_("%(title)s · %(count)s", title=last.page.title, count=_online(len(written))),
            way=_("Read the last one"),
            url=url_for("pages.show", name=last.page.name, _anchor="minutes"),
            rows=[row(one, i18n.day(one.at)) for one in written[:5] if one.at],
        )

    def empty(self, call: Call, form: Form) -> Platform:
        return Platform(
            live=_("No minutes yet"),
            meta=_("They are written in the meeting's own entry, during or after it."),
            way=_("See the meetings"),
            url=self.list_url(call, form),
            closed=True,
        )


def _online(count: int) -> str:
    return ngettext("%(num)s set of minutes", "%(num)s sets of minutes", count)
