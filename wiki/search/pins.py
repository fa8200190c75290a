"""Chosen answers: the page that facilitators put first for given words, for those who may read it.

Words are compared as searches are: no case, accent, plural, order or small word counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from wiki.core import db
from wiki.core.access import Actor
from wiki.core.search.engines.base import Query
from wiki.core.search.pipeline import expansion
from wiki.pages.find import visible_pages
from wiki.pages.models import Page

LONGEST = 200
"""Characters of the words a page is chosen for."""
MOST_SHOWN = 3


class SearchPin(db.Base):
    """A page chosen for some words; `words_key` is what they come to."""

    __tablename__ = "search_pin"
    __table_args__ = (UniqueConstraint("words_key", "page_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str]
    words_key: Mapped[str] = mapped_column(index=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=db.utcnow)

    page: Mapped[Page] = relationship(viewonly=True)


def key_of(words: str) -> str:
    """Return what words come to, the same for any way to type them; "" when they say nothing."""
    return " ".join(sorted(set(expansion.typed_terms(words))))


def chosen_ids(query: Query, *, actor: Actor) -> list[int]:
    """Return the pages chosen for what was typed that this reader may read, in one query."""
    key = "" if query.filters or query.excluded else key_of(query.typed)
    if not key:
        return []
    pages = select(SearchPin.page_id).where(SearchPin.words_key == key)
    seen = visible_pages(actor).with_only_columns(Page.id).where(Page.id.in_(pages))
    return list(db.session().scalars(seen.order_by(Page.title, Page.id).limit(MOST_SHOWN)))


def listing() -> Sequence[SearchPin]:
    """Return all that was chosen, by words."""
    return db.session().scalars(_all()).all()


def add(words: str, page: Page) -> SearchPin | None:
    """Choose a page for some words; None when these say nothing. What is already chosen stays."""
    words = " ".join(words.split())[:LONGEST]
    key = key_of(words)
    if not key:
        return None
    with db.write() as session:
        known = select(SearchPin).where(SearchPin.words_key == key, SearchPin.page_id == page.id)
        pin = session.scalar(known)
        if pin is None:
            pin = SearchPin(words=words, words_key=key, page_id=page.id)
            session.add(pin)
            session.flush()
    return pin


def remove(pin_id: int) -> bool:
    """Choose a page no longer; answer whether it was."""
    with db.write() as session:
        pin = session.get(SearchPin, pin_id)
        if pin is not None:
            session.delete(pin)
    return pin is not None


def _all() -> Select[SearchPin]:
    return (
        select(SearchPin)
        .options(joinedload(SearchPin.page))
        .order_by(SearchPin.words, SearchPin.id)
    )
