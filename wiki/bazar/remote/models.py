"""What is kept of forms of other wikis whose entries are shown beside ours: derived, asked again, never ours."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db


class ElsewhereSource(db.Base):
    """A form of another wiki: `kind`, `base` and `key` are its Address; `total` is what it said it holds.

    `next_at` names the one job that is to ask it; `fetched_at` is when it last answered well.
    """

    __tablename__ = "elsewhere_source"

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    base: Mapped[str]
    key: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    total: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")

    @property
    def host(self) -> str:
        """The name of the site."""
        return urlsplit(self.base).hostname or ""


class ElsewhereEntry(db.Base):
    """An entry of such a form, as plain text: `words` is what lists search, without accents."""

    __tablename__ = "elsewhere_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(
        ForeignKey("elsewhere_source.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str]
    url: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    excerpt: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    lat: Mapped[float | None]
    lon: Mapped[float | None]

    def told(self) -> dict[str, Any]:
        """Return what was read, to tell whether it changed."""
        names = ("title", "url", "place", "excerpt", "words", "lat", "lon")
        return {name: getattr(self, name) for name in names}
