"""Recent changes of the pages the reader may see: a list by day and an Atom feed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, select, true
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db, i18n
from wiki.core.access import Actor, current_actor
from wiki.core.http import absolute_url, audience, paging, render
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.models import Event, Page, Revision
from wiki.pages.structure.tags import pages_tagged

PAGE_SIZE = 100
IN_FEED = 40
SHOWN = ("created", "saved", "attached", "detached", "untrashed", "renamed")
"""Event kinds shown to every reader; changes of access rights are private."""
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass
class Change:
    """The events of a page on one day, the latest first."""

    page: Page
    events: list[Event]
    minor: bool = False
    authors: list[str] = field(default_factory=list)

    @property
    def last(self) -> Event:
        return self.events[0]

    @property
    def compared(self) -> str | None:
        """The URL of the comparison; None when there is no earlier version."""
        numbers = [event.revision_no for event in self.events if event.revision_no]
        if not numbers or max(numbers) < 2:
            return None
        ends: dict[str, Any] = {"from": max(min(numbers) - 1, 1), "to": max(numbers)}
        return url_for("pages.diff", name=self.page.name, **ends)


@blueprint.get("/-/changes")
@audience("page")
def changes() -> Response:
    """Show the latest changes by day; `tag` filters them, `minor` includes minor ones."""
    tag, minor = request.args.get("tag", ""), "minor" in request.args
    query = recent(current_actor(), tag=tag, minor=minor)
    total = (
        db.session().scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    )
    where = paging(total, PAGE_SIZE)
    rows = db.session().execute(query.limit(where.size).offset(where.offset)).all()
    return render(
        "pages/changes.html", days=list(_by_day(rows)), paging=where, tag=tag, minor=minor, say=say
    )


@blueprint.get("/-/changes.atom")
@audience("page")
def feed() -> BaseResponse:
    """Return the latest changes as an Atom feed; `tag` filters them."""
    tag = request.args.get("tag", "")
    rows = db.session().execute(recent(current_actor(), tag=tag).limit(IN_FEED)).all()
    host = urlsplit(absolute_url("/")).netloc or abort(400)
    response = render(
        "pages/feed.xml",
        rows=rows,
        tag=tag,
        host=host,
        say=say,
        xml=readable_xml,
        absolute=absolute_url,
    )
    response.content_type = "application/atom+xml; charset=utf-8"
    response.add_etag()
    return response.make_conditional(request)


def recent(actor: Actor, *, tag: str = "", minor: bool = False) -> Select[Any]:
    """Return the query of (page, event, minor) for the pages this actor may read, the latest first.

    Minor changes are excluded unless `minor` is set.
    """
    pages = find.visible_pages(actor)
    if tag:
        pages = pages_tagged(pages, tag)
    is_shown: ColumnElement[bool] = true() if minor else Revision.minor.is_not(True)
    same = (Revision.page_id == Event.page_id) & (Revision.number == Event.revision_no)
    return (
        pages.join(Event, Event.page_id == Page.id)
        .outerjoin(Revision, same)
        .add_columns(Event, Revision.minor)
        .where(Event.kind.in_(SHOWN), is_shown)
        .order_by(Event.created_at.desc(), Event.id.desc())
    )


def say(event: Event) -> str:
    """Return a short description of an event: its summary, else its kind."""
    if event.kind in ("attached", "detached"):
        template = (
            _("Files added: %(names)s")
            if event.kind == "attached"
            else _("Files removed: %(names)s")
        )
        return str(template % {"names": event.summary})
    labels = {"created": _("New page"), "untrashed": _("Back from the trash")}
    return event.summary or labels.get(event.kind, "")


def readable_xml(text: str) -> str:
    """Return a text without the characters that XML forbids."""
    return NOT_XML.sub("", text)


def _by_day(rows: Iterable[Any]) -> Iterable[tuple[date, list[Change]]]:
    for day, day_rows in groupby(rows, key=lambda row: i18n.local(row.Event.created_at).date()):
        by_page: dict[int, Change] = {}
        for page, event, minor in day_rows:
            change = by_page.setdefault(page.id, Change(page, [], minor=True))
            change.events.append(event)
            change.minor = bool(change.minor and minor)
            if event.actor_name not in change.authors:
                change.authors.append(event.actor_name)
        yield day, list(by_page.values())
