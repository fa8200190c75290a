"""A booklet bound: its chapters with their pictures, its title, its credits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from wiki.core import db, settings
from wiki.core.access import Actor
from wiki.core.licences import Licence
from wiki.pages.booklet import chapters as chapter
from wiki.pages.booklet.chapters import Chapter
from wiki.pages.booklet.credits import Credit, credits_of, licence
from wiki.pages.booklet.images import Picture, gathered, inside
from wiki.pages.models import Page


@dataclass(frozen=True)
class Booklet:
    """All that a book says, for one reader at one moment."""

    title: str
    lang: str
    site: str
    made_at: datetime
    chapters: Sequence[Chapter]
    credits: Sequence[Credit]
    licence: Licence | None
    pictures: Sequence[Picture] = ()

    @property
    def authors(self) -> list[str]:
        """Everyone who wrote something in it, each once."""
        names = [name for one in self.credits for name in one.authors.split(", ") if name]
        return list(dict.fromkeys(names))


def bound(pages: Sequence[Page], *, title: str, actor: Actor) -> Booklet:
    """Return the booklet of these pages for this reader, its pictures left where they are."""
    return Booklet(
        title=title,
        lang=pages[0].lang if pages else str(settings.get("lang")),
        site=str(settings.get("name")),
        made_at=db.utcnow(),
        chapters=chapter.bind(pages, actor=actor),
        credits=credits_of(pages),
        licence=licence(),
    )


def with_pictures(book: Booklet) -> Booklet:
    """Return a booklet that holds its pictures, so that it can leave the wiki."""
    pictures = gathered(book.chapters)
    kept = [
        replace(one, html=Markup(inside(one.html, pictures)))  # noqa: S704 - our own XHTML
        for one in book.chapters
    ]
    return replace(book, chapters=kept, pictures=tuple(pictures.values()))
