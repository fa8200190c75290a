"""News: the latest, and the way to all of them."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.query.select import Selection
from wiki.core import i18n
from wiki.macros.base import Call, Platform
from wiki.macros.support.form_platform import FromForm, page_url, row


class News(FromForm):
    """The latest news of the project."""

    name: ClassVar[str] = "news"
    label = _l("News")
    help = _l("The latest news.")
    icon = "rss"
    model = "news"
    model_label = _l("News")

    def told(self, call: Call, found: Selection) -> Platform:
        latest = found.entries[0]
        return Platform(
            live=latest.page.title,
            meta=_(
                "%(day)s · %(summary)s",
                day=i18n.day(latest.page.updated_at),
                summary=latest.data["summary"],
            )
            if latest.data.get("summary")
            else i18n.day(latest.page.updated_at),
            way=_("Read it"),
            url=page_url(latest),
            rows=[row(entry, i18n.day(entry.page.updated_at)) for entry in found.entries],
        )
