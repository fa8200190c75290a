"""What was written together is forgotten once nobody writes it and all of it is saved; unsaved, it waits a month."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import Select, exists, select

from wiki.core import db, periodic
from wiki.pages.live import document, sessions
from wiki.pages.live.editor_context import UNSAVED, is_unsaved
from wiki.pages.live.models import LiveSession
from wiki.pages.live.presence import LASTS, Presence
from wiki.pages.models import Page

TURN = "live.clean"
EVERY = timedelta(minutes=10)
QUIET = timedelta(minutes=5)
"""Without an update for so long, and nobody there: all have left."""


def init_app(app: Flask) -> None:
    """Let the worker clean now and then."""
    with app.app_context():
        periodic.repeat(TURN, clean, every=EVERY)


def clean() -> None:
    """Forget the documents that are of no use any more, one a transaction."""
    for page_id in db.session().scalars(_left()).all():
        with db.write(quiet=True) as session:
            page = session.get(Page, page_id)
            left = session.scalar(_left().where(LiveSession.page_id == page_id)) is not None
            if page is not None and left and _is_of_no_use(page):
                sessions.drop(session, page_id)


def _is_of_no_use(page: Page) -> bool:
    session = db.session()
    row = sessions.of_page(page)
    if row is None or row.updated_at < db.utcnow() - UNSAVED:
        return True
    try:
        sessions.take_in(session, row, page)
    except document.Broken:
        return True
    return not is_unsaved(page, sessions.text_of(page))


def _left() -> Select[int]:
    """Return the query of the documents that all have left."""
    now = db.utcnow()
    there = exists().where(Presence.page_id == LiveSession.page_id, Presence.seen_at > now - LASTS)
    return select(LiveSession.page_id).where(LiveSession.updated_at < now - QUIET, ~there)
