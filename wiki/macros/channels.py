"""Channels: where people talk, and how to join each."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from wiki.bazar.models import Form
from wiki.bazar.query.select import Pick, Picked, Selection
from wiki.macros.base import Call, Platform, Row
from wiki.macros.support.form_platform import FromForm, page_url


class Channels(FromForm):
    """The channels of the project: rooms, lists, forums."""

    name: ClassVar[str] = "channels"
    label = _l("Channels")
    help = _l("Where people talk, and how to join each.")
    model = "channels"
    model_label = _l("Channels")

    def wanted(self, call: Call) -> Pick:
        return Pick(self.model, self.project_id(call), limit=6, counted=True)

    def told(self, call: Call, found: Selection) -> Platform:
        assert found.form is not None
        rows = [Row(one.page.title, page_url(one), _how(one)) for one in found.entries]
        several = found.total > 1
        return Platform(
            live=ngettext("%(num)s channel", "%(num)s channels", found.total)
            if several
            else rows[0].title,
            meta=" · ".join(row.title for row in rows) if several else rows[0].note,
            way=_("See how to join") if several else _("Join the channel"),
            url=self.list_url(call, found.form)
            if several
            else str(found.entries[0].data.get("url") or rows[0].url),
            rows=rows,
        )

    def empty(self, call: Call, form: Form) -> Platform:
        return self.closed(
            call,
            form,
            _("No channel yet"),
            _("A room, a list, a forum: say where you talk and how to come in."),
            _("Add a channel"),
        )


def _how(entry: Picked) -> str:
    return str(entry.data.get("join") or entry.data.get("purpose") or "")
