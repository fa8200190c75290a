"""What an editor is given when it opens: whether it can write together, and a text that others left unsaved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from wiki.core import db, settings
from wiki.core.access import Actor
from wiki.pages.live import presence, revision_authors, sessions
from wiki.pages.live.form_token import Token
from wiki.pages.live.models import LiveSession, LiveUpdate
from wiki.pages.models import Page

UNSAVED = timedelta(days=30)
"""How long a text that nobody saved waits for someone to take it up."""


@dataclass(frozen=True)
class Unsaved:
    """A text that people wrote together, left and did not save; `live` and `base` are what its form says."""

    text: str
    names: tuple[str, ...]
    at: datetime
    base: int
    live: str


def is_offered(page: Page | None) -> bool:
    """Return whether a page can be written together: a page of text, where the wiki wants it."""
    return page is not None and page.kind == "text" and bool(settings.get("coediting"))


def is_unsaved(page: Page, text: str | None) -> bool:
    """Return whether a document says what its page does not."""
    return text is not None and text.strip() != page.head.text.strip()


def unsaved_of(page: Page, *, actor: Actor, key: str) -> Unsaved | None:
    """Return the text that waits, for someone who may write the page and finds nobody there."""
    session = db.session()
    row = session.scalar(select(LiveSession).where(LiveSession.page_id == page.id))
    if row is None or presence.others(page, actor=actor, key=key).live:
        return None
    last = session.scalar(select(func.max(LiveUpdate.id)).where(LiveUpdate.page_id == page.id))
    upto = max(last or 0, row.floor)
    text = sessions.text_of(page) if upto > row.credited else None
    if text is None or not is_unsaved(page, text):
        return None
    names = tuple(name for _who, name in revision_authors.typed(session, row, upto))
    return Unsaved(text, names, row.updated_at, row.base, str(Token(row.epoch, upto, key)))
