"""The search of one wiki for one reader: the engine, what is kept from the reader, hits checked again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from threading import Lock

from flask import Flask, current_app
from markupsafe import Markup
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, undefer

from wiki.accounts.models import User
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.names import fold
from wiki.core.search import pipeline, snippets
from wiki.core.search.base import Engine, Filters, open_engine
from wiki.pages.find import visible_pages
from wiki.pages.models import Page, Revision, Tag
from wiki.projects.models import Project
from wiki.search import places
from wiki.search.documents import text_of

READERS_KEPT = 64
"""How many different sets of rights have their denied pages kept in memory."""
MOST_TAGS = 20
"""Tags that a search without index is narrowed by."""
MOST_DATED = 1000
"""How many of the best hits are put in the order of their dates."""


@dataclass(frozen=True)
class Hit:
    """One page found, with the passage that shows why."""

    page: Page
    title: Markup
    snippet: Markup


@dataclass(frozen=True)
class Answer:
    """What a search found for one reader; `available` is false while the index is being rebuilt."""

    total: int
    hits: list[Hit]
    corrected: str = ""
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    available: bool = True


class _Denied:
    """The pages each set of rights may not see, kept until a right changes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], frozenset[int]] = OrderedDict()
        self._lock = Lock()

    def of(self, actor: Actor) -> frozenset[int]:
        key = (db.generation("rights"), actor.tokens, actor.is_admin, actor.tokens_for("read"))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = frozenset(db.session().scalars(_hidden_ids(actor)))
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > READERS_KEPT:
                self._kept.popitem(last=False)
        return found


def init_app(app: Flask) -> None:
    """Open the wiki's index, made by its first indexing."""
    settings = app.config["GARE"]
    app.extensions["gare.search"] = open_engine(
        settings.search_engine, settings.instance / "search"
    )
    app.extensions["gare.denied"] = _Denied()


def engine() -> Engine:
    """Return the engine of the wiki at work."""
    found: Engine = current_app.extensions["gare.search"]
    return found


def denied(actor: Actor) -> frozenset[int]:
    """Return the identifiers of the pages that this reader may not find."""
    keeper: _Denied = current_app.extensions["gare.denied"]
    # One request may search many times: for facets, for what others found, for kept searches.
    return db.once(("search.denied", actor), lambda: keeper.of(actor))


def search(
    raw: str,
    *,
    actor: Actor,
    filters: Filters | None = None,
    limit: int = 10,
    offset: int = 0,
    facets: tuple[str, ...] = (),
    sort: str = "",
) -> Answer:
    """Find pages for what a person typed; rights are checked again in SQL for the hits shown.

    `sort="date"` puts the MOST_DATED best in the order of their last change.
    """
    dated = sort == "date"
    found = pipeline.search(
        engine(),
        raw,
        denied=denied(actor),
        filters=filters,
        limit=MOST_DATED if dated else limit,
        offset=0 if dated else offset,
        facets=facets,
    )
    if not found.available:
        return _from_database(raw, actor, filters or Filters(), limit, offset)
    if dated:
        ids = _by_date(found.hits, actor)[offset : offset + limit]
        found = replace(found, hits=ids, total=min(found.total, MOST_DATED))
    pages = _pages(found.hits, actor)
    hits = [_hit(page, found.terms) for page in pages]
    lost = len(found.hits) - len(hits)
    facets_seen = _named(found.facets, actor)
    return Answer(max(len(hits), found.total - lost), hits, found.corrected, facets_seen)


def count(raw: str, *, actor: Actor, filters: Filters | None = None) -> int:
    """Return how many pages this reader would find; 0 without index. No query is asked of the database."""
    found = pipeline.search(engine(), raw, denied=denied(actor), filters=filters, limit=1)
    return found.total


def best(raw: str, *, actor: Actor, filters: Filters, limit: int) -> list[int]:
    """Return the identifiers of the best hits alone, checked by the index's own rights."""
    found = pipeline.search(engine(), raw, denied=denied(actor), filters=filters, limit=limit)
    return found.hits


def suggest(raw: str, *, actor: Actor, limit: int = 8) -> list[Page]:
    """Return pages while a person is typing."""
    return _pages(pipeline.suggest(engine(), raw, denied=denied(actor), limit=limit), actor)


def _named(
    found: dict[str, list[tuple[str, int]]], actor: Actor
) -> dict[str, list[tuple[str, int]]]:
    """Return facets without the projects and forms that this reader may not know of.

    One may read a page of a project, or an entry of a form, and not that one.
    """
    known = {
        "project": lambda: {project.key for project in places.stations(actor)},
        "form": lambda: {form.key for form in places.lists(actor)},
    }
    named = dict(found)
    for name in known.keys() & {name for name, values in found.items() if values}:
        seen = known[name]()
        named[name] = [value for value in found[name] if not value[0] or value[0] in seen]
    return named


def _hidden_ids(actor: Actor) -> Select[int]:
    return select(Page.id).where(Page.id.not_in(visible_pages(actor).with_only_columns(Page.id)))


def _by_date(ids: Sequence[int], actor: Actor) -> list[int]:
    query = visible_pages(actor).where(Page.id.in_(ids)).with_only_columns(Page.id)
    return list(db.session().scalars(query.order_by(Page.updated_at.desc(), Page.id.desc())))


def _pages(ids: Sequence[int], actor: Actor) -> list[Page]:
    if not ids:
        return []
    query = visible_pages(actor).where(Page.id.in_(ids))
    rows = db.session().scalars(query.options(joinedload(Page.head), undefer(Page.html)))
    by_id = {page.id: page for page in rows}
    return [by_id[key] for key in ids if key in by_id]


def _hit(page: Page, terms: tuple[str, ...]) -> Hit:
    title = snippets.mark(page.title, terms)
    return Hit(page, title, snippets.snippet(text_of(page), terms, lang=page.lang))


def _from_database(raw: str, actor: Actor, filters: Filters, limit: int, offset: int) -> Answer:
    """Answer without index: the words in titles, by plain SQL."""
    query = visible_pages(actor)
    for word in raw.split()[:8]:
        query = query.where(Page.title.icontains(word, autoescape=True))
    if filters.kinds:
        query = query.where(Page.kind.in_(filters.kinds))
    if filters.form:
        query = query.where(Page.form_id.in_(select(Form.id).where(Form.key == filters.form)))
    if filters.project:
        query = query.where(
            Page.project_id.in_(select(Project.id).where(Project.key == filters.project))
        )
    query = _within_days(query, filters)
    # One condition for each: SQL has a limit, and nobody asks for so many.
    for tag in filters.tags[:MOST_TAGS]:
        query = query.where(Page.id.in_(select(Tag.page_id).where(Tag.tag_key == fold(tag))))
    if filters.only is not None:
        query = query.where(Page.id.in_(filters.only))
    rows = query.options(joinedload(Page.head), undefer(Page.html)).order_by(Page.updated_at.desc())
    pages = db.session().scalars(rows.limit(500)).all()
    words = tuple(raw.split()[:8])
    return Answer(
        len(pages), [_hit(page, words) for page in pages[offset : offset + limit]], available=False
    )


def _within_days(query: Select[Page], filters: Filters) -> Select[Page]:
    """Narrow a query without index to its author and days."""
    if filters.author:
        written = select(Revision.page_id).join(User, User.id == Revision.author_id)
        query = query.where(Page.id.in_(written.where(User.name_key == fold(filters.author))))
    if filters.since:
        query = query.where(Page.updated_at >= _midnight(filters.since))
    if filters.until:
        query = query.where(Page.updated_at < _midnight(filters.until))
    return query


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
