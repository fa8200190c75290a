"""Outside: links to what the project has elsewhere, such as pads, shared folders, forums."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from wiki.core.http import Invalid
from wiki.core.params import Param
from wiki.macros.base import BadParam, Block, Call, Platform, Row
from wiki.macros.support.closed_platform import closed
from wiki.projects.station import check_contact

MOST = 8


class Outside(Block):
    """The places outside of the wiki."""

    name: ClassVar[str] = "outside"
    label = _l("Elsewhere")
    help = _l("Links to pads, folders, forums outside of the wiki.")
    params = (
        Param("links", _l("Links, such as “Our pad: https://…; Our forum: https://…”"), default=""),
    )

    def platform(self, call: Call) -> Platform:
        rows = [_row(part.strip()) for part in call.get("links").split(";") if part.strip()][:MOST]
        if not rows:
            return closed(call, _("Give the addresses of your pads, folders, forums."))
        first = rows[0]
        return Platform(
            live=ngettext("%(num)s place", "%(num)s places", len(rows))
            if len(rows) > 1
            else first.title,
            meta=" · ".join(row.title for row in rows) if len(rows) > 1 else first.note,
            way=_("Open %(name)s", name=first.title),
            url=first.url,
            rows=rows,
        )


def _row(text: str) -> Row:
    """Read `words: address`. Raises BadParam on an address one cannot follow."""
    start = max(text.find("http://"), text.find("https://"), text.find("mailto:"))
    url = text[start:].strip() if start >= 0 else text
    try:
        check_contact(url)
    except Invalid as error:
        raise BadParam(" ".join(error.errors.values())) from error
    if start < 0:
        raise BadParam(_("Write each link as “words: https://…”."))
    host = urlsplit(url).hostname or url.partition(":")[2]
    return Row(text[:start].strip().rstrip(":").strip() or host, url, host)
