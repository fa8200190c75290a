"""What an admin does to pages from the command line: move one, say until when it is good, list the garden."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from wiki.core import db
from wiki.core.access import SYSTEM
from wiki.core.http import Invalid
from wiki.pages import find
from wiki.pages.maintenance import lists, reviews
from wiki.pages.models import Page
from wiki.pages.structure import link_rewriting, moves

MOST = 10_000


class Unknown(ValueError):
    """What was asked for cannot be done; the message says why."""


def move(
    name: str, new_name: str | None, title: str | None, under: str | None, *, links: bool
) -> int:
    """Rename or move a page and rewrite the links to it at once; return the move's number. Raises Unknown."""
    with _said():
        wanted = moves.Wanted(
            name=new_name,
            title=title,
            place=under is not None,
            under=_page(under) if under else None,
            links=None if links else frozenset(),
        )
        made = moves.move(_page(name), wanted, actor=SYSTEM)
        link_rewriting.run(move=made.id)
        return made.id


def unmove(number: int) -> None:
    """Undo a move and write the links as before, at once. Raises Unknown."""
    if db.session().get(moves.Move, number) is None:
        raise Unknown(f"there is no move {number}")
    with _said():
        moves.undo(number, actor=SYSTEM)
        link_rewriting.run(move=number)


def review(name: str, until: str | None, reviewer: str | None, *, read: bool) -> None:
    """Keep what is given of a page's review dates. Raises Unknown."""
    with _said():
        reviews.review(_page(name), actor=SYSTEM, until=until, reviewer=reviewer, read=read)


def garden_lines(key: str | None) -> Iterator[str]:
    """Give the counts of the garden, or the rows of one list, one a line. Raises Unknown."""
    if key is None:
        yield from (f"{number}\t{name}" for name, number in lists.counts(SYSTEM).items())
        return
    bed = lists.BEDS.get(key)
    if bed is None:
        raise Unknown(f"{key}: one of {', '.join(lists.BEDS)}")
    for row in lists.rows(bed, SYSTEM, limit=MOST, offset=0):
        page = row[0]
        yield f"{row[2]}\t{row.name}" if key == "wanted" else f"{page.name}\t{page.title}"


def _page(name: str) -> Page:
    page = find.page_or_none(name, actor=SYSTEM)
    if page is None:
        raise Unknown(f"there is no page called {name}")
    return page


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except Invalid as error:
        raise Unknown("; ".join(error.errors.values())) from error
