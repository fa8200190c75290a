"""Small wins: what went well lately, however small."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.models import Form
from wiki.bazar.query.select import Selection
from wiki.core import i18n
from wiki.macros.base import Call, Platform
from wiki.macros.support.form_platform import FromForm, row


class Wins(FromForm):
    """The small wins of the project."""

    name: ClassVar[str] = "wins"
    label = _l("Small wins")
    help = _l("What went well lately, however small.")
    model = "wins"
    model_label = _l("Small wins")

    def told(self, call: Call, found: Selection) -> Platform:
        assert found.form is not None
        last = found.entries[0]
        thanks = last.data.get("thanks")
        return Platform(
            live=last.page.title,
            meta=_("Thanks to %(names)s", names=thanks)
            if thanks
            else i18n.day(last.page.updated_at),
            way=_("See them all"),
            url=self.list_url(call, found.form),
            rows=[row(entry, i18n.day(entry.page.updated_at)) for entry in found.entries],
        )

    def empty(self, call: Call, form: Form) -> Platform:
        return self.closed(
            call,
            form,
            _("A first one to tell"),
            _("A thank-you, a thing that works at last: one line is enough."),
            _("Tell a small win"),
        )
