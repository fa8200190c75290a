"""Next meeting: when, where, how to come."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.models import Form
from wiki.bazar.query.select import Pick, Selection
from wiki.core import db, i18n
from wiki.macros.base import Call, Platform
from wiki.macros.support.form_platform import FromForm, page_url, row
from wiki.meetings.planning import plan_url
from wiki.meetings.platform import polls_of, sign_up
from wiki.pages import find


class Meetings(FromForm):
    """The next meeting of the project."""

    name: ClassVar[str] = "meetings"
    label = _l("Meetings")
    help = _l("The next meeting: when, where, how to come.")
    icon = "calendar"
    model = "meetings"
    model_label = _l("Meetings")

    def platform(self, call: Call) -> Platform:
        found = super().platform(call)
        looked_for = polls_of(call.page) if call.page else None
        return replace(found, body=found.body + looked_for) if looked_for else found

    def wanted(self, call: Call) -> Pick:
        return Pick(self.model, self.project_id(call), date="date", since=db.utcnow(), limit=4)

    def told(self, call: Call, found: Selection) -> Platform:
        entry = found.entries[0]
        assert entry.at is not None and found.form is not None
        room = str(entry.data.get("url") or "")
        page = find.page_by_id(entry.page.id, actor=call.actor)
        return Platform(
            live=_(
                "%(day)s, %(hour)s", day=i18n.day(entry.at).capitalize(), hour=i18n.clock(entry.at)
            ),
            meta=entry.page.title,
            way=_("Join the room") if room else _("See the agenda"),
            url=room or page_url(entry),
            body=sign_up(page, found.form, actor=call.actor) if page else Platform.body,
            rows=[row(one, i18n.moment(one.at)) for one in found.entries if one.at],
        )

    def add_url(self, call: Call, form: Form) -> str:
        return plan_url(self.project_id(call))

    def empty(self, call: Call, form: Form) -> Platform:
        return self.closed(
            call,
            form,
            _("No meeting planned"),
            _("Choose a day: it will show here and on the departures board."),
            _("Plan a meeting"),
        )
