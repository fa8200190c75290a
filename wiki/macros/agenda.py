"""Agenda: the dated entries to come, one a line, and the calendar to subscribe to."""

from __future__ import annotations

from typing import ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from wiki.core.params import Param
from wiki.macros.base import Block, Call, Platform, Row
from wiki.projects import departures_board, find


class Agenda(Block):
    """What is planned: events, meetings, deadlines, mandates that end."""

    name: ClassVar[str] = "agenda"
    label = _l("Agenda")
    help = _l("All the dates to come, and a calendar to subscribe to.")
    params = (Param("limit", _l("How many"), kind="number", default="6"),)

    def platform(self, call: Call) -> Platform:
        limit = call.number("limit", least=1, most=20)
        project = find.of_page(call.page) if call.page else None
        dates = departures_board.departures(
            call.actor, project_id=project.id if project else None, limit=limit
        )
        key = project.key if project else None
        url = url_for("projects.dates", project=key)
        if not dates:
            return Platform(
                _("Nothing planned"),
                _("Meetings, deadlines and mandates show here by themselves."),
                _("See the calendar"),
                url,
                closed=True,
            )
        first = dates[0]
        return Platform(
            live=ngettext("%(num)s date to come", "%(num)s dates to come", len(dates)),
            meta=_("%(when)s: %(title)s", when=first.day, title=first.title),
            way=_("See the calendar"),
            url=url,
            rows=[
                Row(one.title, one.url, ", ".join(filter(None, (one.day, one.hour))))
                for one in dates
            ],
        )
