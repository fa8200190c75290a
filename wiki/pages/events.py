"""The log of what is done to pages: recent changes, feeds and mails are read from it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from wiki.core import db
from wiki.core.access import Actor
from wiki.pages.models import Event, Page


def log(session: Session, page: Page, kind: str, *, actor: Actor, summary: str = "") -> None:
    """Note what someone does to a page, in the transaction that does it."""
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
