"""The search of one wiki for one reader: the engine, what is kept from the reader, hits checked again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from flask import Flask, current_app
from markupsafe import Markup
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, undefer

from wiki.bazar import forms
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.names import fold
from wiki.core.search import analysis, pipeline, snippets
from wiki.core.search.base import Engine, Filters, Query, open_engine
from wiki.core.search.query import parse
from wiki.pages.find import visible_pages
from wiki.pages.models import Page, Tag
from wiki.projects import find as projects
from wiki.projects.models import Project
from wiki.search import pins, signals, typed, wording
from wiki.search.documents import text_of

READERS_KEPT = 64
"""How many different sets of rights have their denied pages kept in memory."""
MOST_TAGS = 20
"""Tags that a search without index is narrowed by."""


@dataclass(frozen=True)
class Hit:
    """One page found, with the passage that shows why; `pinned` when facilitators chose it."""

    page: Page
    title: Markup
    snippet: Markup
    pinned: bool = False


@dataclass(frozen=True)
class Answer:
    """What a search found for one reader; `available` is false while the index is being rebuilt.

    `query` is what was understood: its filters, and in `asked` those typed. Pinned hits come first,
    above the `limit` of a page.
    """

    total: int
    hits: list[Hit]
    corrected: str = ""
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    available: bool = True
    query: Query = field(default_factory=Query)


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
    return keeper.of(actor)


def search(
    raw: str,
    *,
    actor: Actor,
    filters: Filters | None = None,
    limit: int = 10,
    offset: int = 0,
    facets: tuple[str, ...] = (),
    exact: bool = False,
) -> Answer:
    """Find pages for what a person typed; rights are checked again in SQL for the hits shown.

    `exact` corrects no word and adds none.
    """
    query = typed.understand(raw, actor=actor, filters=filters)
    found = pipeline.search(
        engine(),
        query,
        denied=denied(actor),
        limit=limit,
        offset=offset,
        facets=facets,
        synonyms=wording.synonyms(),
        signals=lambda ids: signals.boosts(ids, actor=actor),
        exact=exact,
    )
    if not found.available:
        return _from_database(query, actor, limit, offset)
    pinned = pins.chosen_ids(query, actor=actor) if not offset else []
    pages = _pages([*pinned, *(id_ for id_ in found.hits if id_ not in pinned)], actor)
    hits = [_hit(page, found.terms, pinned=page.id in pinned) for page in pages]
    lost = len({*pinned, *found.hits}) - len(hits)
    facets_seen = _named(found.facets, actor)
    total = max(len(hits), found.total - lost)
    return Answer(total, hits, found.corrected, facets_seen, query=query)


def suggest(raw: str, *, actor: Actor, limit: int = 8) -> list[Page]:
    """Return pages while a person is typing, those chosen for these very words first."""
    pinned = pins.chosen_ids(parse(raw), actor=actor)
    found = pipeline.suggest(
        engine(), raw, denied=denied(actor), limit=limit, synonyms=wording.synonyms()
    )
    return _pages([*pinned, *(id_ for id_ in found if id_ not in pinned)][:limit], actor)


def _named(
    found: dict[str, list[tuple[str, int]]], actor: Actor
) -> dict[str, list[tuple[str, int]]]:
    """Return facets without the projects and forms that this reader may not know of.

    One may read a page of a project, or an entry of a form, and not that one.
    """
    known = {
        "project": lambda: {project.key for project in projects.known(actor)},
        "form": lambda: {form.key for form in forms.forms_visible(actor)},
    }
    named = dict(found)
    for name in known.keys() & {name for name, values in found.items() if values}:
        seen = known[name]()
        named[name] = [value for value in found[name] if not value[0] or value[0] in seen]
    return named


def _hidden_ids(actor: Actor) -> Select[int]:
    return select(Page.id).where(Page.id.not_in(visible_pages(actor).with_only_columns(Page.id)))


def _pages(ids: Sequence[int], actor: Actor) -> list[Page]:
    if not ids:
        return []
    query = visible_pages(actor).where(Page.id.in_(ids))
    rows = db.session().scalars(query.options(joinedload(Page.head), undefer(Page.html)))
    by_id = {page.id: page for page in rows}
    return [by_id[key] for key in ids if key in by_id]


def _hit(page: Page, terms: tuple[str, ...], *, pinned: bool = False) -> Hit:
    title = snippets.mark(page.title, terms)
    return Hit(page, title, snippets.snippet(text_of(page), terms, lang=page.lang), pinned)


def _from_database(asked: Query, actor: Actor, limit: int, offset: int) -> Answer:
    """Answer without index: the words in titles, by plain SQL."""
    query, filters = visible_pages(actor), asked.filters
    words = [term.text for term in asked.terms if not term.optional][:8]
    for word in words:
        query = query.where(Page.title.icontains(word, autoescape=True))
    if filters.kinds:
        query = query.where(Page.kind.in_(filters.kinds))
    if filters.form:
        query = query.where(Page.form_id.in_(select(Form.id).where(Form.key == filters.form)))
    if filters.project:
        query = query.where(
            Page.project_id.in_(select(Project.id).where(Project.key == filters.project))
        )
    # One condition for each: SQL has a limit, and nobody asks for so many.
    for tag in filters.tags[:MOST_TAGS]:
        query = query.where(Page.id.in_(select(Tag.page_id).where(Tag.tag_key == fold(tag))))
    rows = query.options(joinedload(Page.head), undefer(Page.html)).order_by(Page.updated_at.desc())
    pages = db.session().scalars(rows.limit(500)).all()
    stems = tuple(stem for word in words for stem in analysis.stems(word))
    hits = [_hit(page, stems) for page in pages[offset : offset + limit]]
    return Answer(len(pages), hits, available=False, query=asked)
