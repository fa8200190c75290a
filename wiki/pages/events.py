"""The event log of pages, the source of recent changes, feeds and mails."""

from __future__ import annotations

from sqlalchemy.orm import Session

from wiki.core import db
from wiki.core.access import Actor
from wiki.pages.models import Event, Page


def log(session: Session, page: Page, kind: str, *, actor: Actor, summary: str = "") -> None:
    """Add an event to the log, in the transaction of the change."""
    session.add(
        Event(
            kind=kind,
            page_id=page.id,
            actor_id=actor.id,
            actor_name=actor.display_name,
            summary=summary[:250],
            created_at=db.utcnow(),
        )
    )
