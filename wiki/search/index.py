"""The search of one wiki for one reader: the engine, what is kept from the reader, hits checked again."""

from __future__ import annotations

import shutil
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from flask import Flask, current_app, url_for
from markupsafe import Markup
from sqlalchemy import func, select
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
from wiki.pages.models import Attachment, Page, Tag
from wiki.projects import find as projects
from wiki.projects.models import Project
from wiki.search import files, pins, signals, typed, wording
from wiki.search.documents import (
    FILE,
    id_of_file,
    id_of_page,
    ids_of_pages,
    split,
    text_of,
    text_of_file,
)

READERS_KEPT = 64
"""How many different sets of rights have their denied pages kept in memory."""
MOST_TAGS = 20
"""Tags that a search without index is narrowed by."""


@dataclass(frozen=True)
class Hit:
    """One page found, or one file laid on it, with the passage that shows why.

    `number` is the page of the file where the passage is, 0 where it has none or but one;
    `pinned` says that facilitators chose it for these words.
    """

    page: Page
    title: Markup = Markup("")
    snippet: Markup = Markup("")
    file: Attachment | None = None
    number: int = 0
    pinned: bool = False

    @property
    def kind(self) -> str:
        return FILE if self.file else self.page.kind

    @property
    def label(self) -> str:
        """The title as plain text."""
        return files.title_of(self.file) if self.file else self.page.title

    @property
    def url(self) -> str:
        """The address to open: of a PDF, at the page where the passage is."""
        if self.file:
            return files.url_of(self.file, self.page, number=self.number)
        return url_for("pages.show", name=self.page.name)


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


@dataclass(frozen=True)
class _Hidden:
    """Documents that a set of rights may not see, among the pages up to the one numbered `last`."""

    ids: frozenset[int]
    last: int


class _Denied:
    """The documents each set of rights may not see, kept until a right changes.

    Pages made since are looked at each time: making one changes no right.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], _Hidden] = OrderedDict()
        self._lock = Lock()

    def of(self, actor: Actor) -> frozenset[int]:
        key = (db.generation("rights"), actor.tokens, actor.is_admin, actor.tokens_for("read"))
        with self._lock:
            known = self._kept.get(key)
        last = db.session().scalar(select(func.max(Page.id))) or 0
        if known is None or known.last != last:
            known = _hidden(actor, known or _Hidden(frozenset(), 0), last)
        with self._lock:
            self._kept[key] = known
            self._kept.move_to_end(key)
            while len(self._kept) > READERS_KEPT:
                self._kept.popitem(last=False)
        return known.ids


def init_app(app: Flask) -> None:
    """Open the wiki's index, made by its first indexing."""
    settings = app.config["GARE"]
    name = settings.search_engine
    app.extensions["gare.search"] = open_engine(
        name, settings.instance / "search" / name, url=settings.url
    )
    app.extensions["gare.denied"] = _Denied()


def engine() -> Engine:
    """Return the engine of the wiki at work."""
    found: Engine = current_app.extensions["gare.search"]
    return found


def sweep() -> None:
    """Remove from the index folder what another engine, chosen before, has left there."""
    own = engine().folder
    for path in own.parent.glob("*"):
        if path.is_dir() and path != own:
            shutil.rmtree(path, ignore_errors=True)
        elif path.is_file():
            path.unlink(missing_ok=True)


def denied(actor: Actor) -> frozenset[int]:
    """Return the documents, of pages and of files, that this reader may not find."""
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
    """Find pages and files for what a person typed; rights are checked again in SQL for the hits.

    `only` of the filters are pages: what is laid on them is searched with them. `exact` corrects no
    word and adds none.
    """
    if filters and filters.only is not None:
        filters = replace(filters, only=ids_of_pages(filters.only))
    query = typed.understand(raw, actor=actor, filters=filters)
    found = pipeline.search(
        engine(),
        query,
        denied=denied(actor),
        limit=limit,
        offset=offset,
        facets=facets,
        synonyms=wording.synonyms(),
        signals=lambda ids: _boosts(ids, actor),
        exact=exact,
    )
    if not found.available:
        return _from_database(query, actor, limit, offset)
    pinned = _pinned(query, actor) if not offset else []
    loaded = _hits([*pinned, *(id_ for id_ in found.hits if id_ not in pinned)], actor)
    hits = [_quoted(hit, found.terms) for hit in _marked(loaded, pinned)]
    lost = len({*pinned, *found.hits}) - len(hits)
    facets_seen = _named(found.facets, actor)
    total = max(len(hits), found.total - lost)
    return Answer(total, hits, found.corrected, facets_seen, query=query)


def suggest(raw: str, *, actor: Actor, limit: int = 8) -> list[Hit]:
    """Return pages and files while a person is typing, those chosen for these very words first."""
    pinned = _pinned(parse(raw), actor)
    found = pipeline.suggest(
        engine(), raw, denied=denied(actor), limit=limit, synonyms=wording.synonyms()
    )
    return _hits([*pinned, *(id_ for id_ in found if id_ not in pinned)][:limit], actor)


def _pinned(query: Query, actor: Actor) -> list[int]:
    return [id_of_page(page_id) for page_id in pins.chosen_ids(query, actor=actor)]


def _marked(hits: list[Hit], pinned: Sequence[int]) -> list[Hit]:
    return [replace(hit, pinned=not hit.file and id_of_page(hit.page.id) in pinned) for hit in hits]


def _boosts(ids: Sequence[int], actor: Actor) -> dict[int, float]:
    pages, _files = split(ids)
    found = signals.boosts(pages, actor=actor)
    return {id_of_page(page_id): boost for page_id, boost in found.items()}


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


def _hidden(actor: Actor, known: _Hidden, last: int) -> _Hidden:
    """Add what is hidden of the pages made since; files laid on pages change the rights' generation."""
    session = db.session()
    seen = visible_pages(actor).where(Page.id > known.last).with_only_columns(Page.id)
    pages = session.scalars(select(Page.id).where(Page.id > known.last, Page.id.not_in(seen)))
    laid = () if known.last else session.scalars(files.hidden_ids(actor))
    return _Hidden(known.ids.union(map(id_of_page, pages), map(id_of_file, laid)), last)


def _hits(ids: Sequence[int], actor: Actor) -> list[Hit]:
    """Load what was found and may be seen, in its order."""
    pages, file_ids = split(ids)
    found: dict[int, Hit] = {}
    if pages:
        query = visible_pages(actor).where(Page.id.in_(pages))
        rows = db.session().scalars(query.options(joinedload(Page.head), undefer(Page.html)))
        found = {id_of_page(page.id): Hit(page) for page in rows}
    if file_ids:
        laid = files.visible(actor).where(Attachment.id.in_(file_ids))
        for row, page, _text in db.session().execute(laid):
            found[id_of_file(row.id)] = Hit(page, file=row)
    return [found[id_] for id_ in ids if id_ in found]


def _quoted(hit: Hit, terms: tuple[str, ...]) -> Hit:
    """Give a hit the passage that shows why it was found, and mark its title."""
    page = hit.page
    if hit.file is None:
        text = snippets.snippet(text_of(page), terms, lang=page.lang)
        return replace(hit, title=snippets.mark(hit.label, terms), snippet=text)
    text, number = snippets.passage(text_of_file(hit.file.sha256), terms, lang=page.lang)
    return replace(hit, title=snippets.mark(hit.label, terms), snippet=text, number=number)


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
    shown = [Hit(page) for page in pages[offset : offset + limit]]
    hits = [_quoted(hit, stems) for hit in shown]
    return Answer(len(pages), hits, available=False, query=asked)
