"""Documents to exclude from each reader's results, cached in memory until a right changes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from flask import Flask, current_app
from sqlalchemy import func, select

from wiki.core import db
from wiki.core.access import Actor
from wiki.pages.comments import Comment
from wiki.pages.find import visible_pages
from wiki.pages.models import Page
from wiki.search.indexing import comments, files
from wiki.search.indexing.documents import id_of_comment, id_of_file, id_of_page

READERS_KEPT = 64
"""Number of distinct sets of rights whose denied documents are cached."""


@dataclass(frozen=True)
class _Hidden:
    """Documents that a set of rights may not see, among the pages and comments up to those numbered `last`."""

    ids: frozenset[int]
    last: tuple[int, int]


class _Denied:
    """A cache of the documents denied to each set of rights, valid until a right changes.

    Check newer pages and comments on each call: creating one changes no right.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], _Hidden] = OrderedDict()
        self._lock = Lock()

    def of(self, actor: Actor) -> frozenset[int]:
        rights = (actor.tokens, actor.is_admin, actor.tokens_for("read"), actor.holds)
        key = (db.generation("rights"), *rights)
        with self._lock:
            known = self._kept.get(key)
        last = _last()
        if known is None or known.last != last:
            known = _hidden(actor, known or _Hidden(frozenset(), (0, 0)), last)
        with self._lock:
            self._kept[key] = known
            self._kept.move_to_end(key)
            while len(self._kept) > READERS_KEPT:
                self._kept.popitem(last=False)
        return known.ids


def init_app(app: Flask) -> None:
    """Install the cache of denied documents."""
    app.extensions["gare.denied"] = _Denied()


def denied(actor: Actor) -> frozenset[int]:
    """Return the ids of pages, files and comments to exclude from this reader's results."""
    keeper: _Denied = current_app.extensions["gare.denied"]
    # One request may search many times: for facets, suggestions, saved searches.
    return db.once(("search.denied", actor), lambda: keeper.of(actor))


def _last() -> tuple[int, int]:
    """Return the numbers of the last page and of the last comment, in one query."""
    newest = (select(func.max(each)).scalar_subquery() for each in (Page.id, Comment.id))
    page, comment = db.session().execute(select(*newest)).one()
    return page or 0, comment or 0


def _hidden(actor: Actor, known: _Hidden, last: tuple[int, int]) -> _Hidden:
    """Add the hidden pages and comments created since; an uploaded file changes the rights' generation."""
    session, found = db.session(), set(known.ids)
    page, comment = known.last
    if page != last[0]:
        seen = visible_pages(actor).where(Page.id > page).with_only_columns(Page.id)
        pages = session.scalars(select(Page.id).where(Page.id > page, Page.id.not_in(seen)))
        found.update(map(id_of_page, pages))
    if comment != last[1]:
        said = session.scalars(comments.hidden_ids(actor, after=comment))
        found.update(map(id_of_comment, said))
    if not page:
        found.update(map(id_of_file, session.scalars(files.hidden_ids(actor))))
    return _Hidden(frozenset(found), last)
