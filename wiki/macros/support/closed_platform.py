"""What closed platforms share: the way to open them, for who may arrange the station."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from wiki.core.names import fold, page_name
from wiki.macros.base import BadParam, Call, Platform
from wiki.pages import find
from wiki.pages.models import Page


def closed(call: Call, meta: str) -> Platform:
    """Return a closed platform that its settings open."""
    page = call.page
    if page is None or page.kind != "station" or "write" not in page.allowed:
        return asking(call, _("Closed platform"))
    url = url_for("projects.arrange", key=page.name, _anchor="platforms")
    return Platform(_("Closed platform"), meta, _("Open this platform"), url, closed=True)


def asking(call: Call, live: str) -> Platform:
    """Return a closed platform for who may not open it: they are told whom to ask."""
    station = call.page is not None and call.page.kind == "station"
    contact = str(call.page.head.data.get("contact") or "") if call.page and station else ""
    if not contact:
        return Platform(live, _("Nothing here yet."), closed=True)
    words = _("Nothing here yet: a word to those who are here, and you will know.")
    return Platform(live, words, _("Ask them"), contact, closed=True)


def page_named(call: Call, name: str) -> Page | None:
    """Return the page a setting names, if this reader may see it. Raises BadParam on what is no name."""
    if not page_name(name):
        raise BadParam(_("This page does not exist."))
    return find.names_seen({fold(name)}, actor=call.actor).get(fold(name))


def to_write(call: Call, name: str) -> Platform:
    """Return the platform whose page is still to be written."""
    parent = call.page.name if call.page else None
    url = url_for("pages.new", name=page_name(name), parent=parent)
    return Platform(
        _("Closed platform"), _("Its page is to be written."), _("Write it"), url, closed=True
    )
