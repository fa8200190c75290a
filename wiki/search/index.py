"""The search of one wiki for one reader: the engine, what is kept from the reader, hits checked again."""

from __future__ import annotations

import shutil
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from flask import Flask, current_app, url_for
from markupsafe import Markup
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, undefer

from wiki.bazar import forms
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.names import fold
from wiki.core.search import pipeline, snippets
from wiki.core.search.base import Engine, Filters, open_engine
from wiki.pages.find import visible_pages
from wiki.pages.models import Attachment, Page, Tag
from wiki.projects import find as projects
from wiki.projects.models import Project
from wiki.search import files
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

    `number` is the page of the file where the passage is, 0 where it has none or but one.
    """

    page: Page
    title: Markup = Markup("")
    snippet: Markup = Markup("")
    file: Attachment | None = None
    number: int = 0

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
    """What a search found for one reader; `available` is false while the index is being rebuilt."""

    total: int
    hits: list[Hit]
    corrected: str = ""
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    available: bool = True


class _Denied:
    """The documents each set of rights may not see, kept until a right changes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], frozenset[int]] = OrderedDict()
        self._lock = Lock()

    def of(self, actor: Actor) -> frozenset[int]:
        key = (db.generation("rights"), actor.tokens, actor.is_admin, actor.tokens_for("read"))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        session = db.session()
        found = frozenset(
            [
                *map(id_of_page, session.scalars(_hidden_ids(actor))),
                *map(id_of_file, session.scalars(files.hidden_ids(actor))),
            ]
        )
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > READERS_KEPT:
                self._kept.popitem(last=False)
        return found


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
) -> Answer:
    """Find pages and files for what a person typed; rights are checked again in SQL for the hits.

    `only` of the filters are pages: what is laid on them is searched with them.
    """
    if filters and filters.only is not None:
        filters = replace(filters, only=ids_of_pages(filters.only))
    found = pipeline.search(
        engine(),
        raw,
        denied=denied(actor),
        filters=filters,
        limit=limit,
        offset=offset,
        facets=facets,
    )
    if not found.available:
        return _from_database(raw, actor, filters or Filters(), limit, offset)
    hits = [_quoted(hit, found.terms) for hit in _hits(found.hits, actor)]
    lost = len(found.hits) - len(hits)
    facets_seen = _named(found.facets, actor)
    return Answer(max(len(hits), found.total - lost), hits, found.corrected, facets_seen)


def suggest(raw: str, *, actor: Actor, limit: int = 8) -> list[Hit]:
    """Return pages and files while a person is typing, without passage."""
    return _hits(pipeline.suggest(engine(), raw, denied=denied(actor), limit=limit), actor)


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
    # One condition for each: SQL has a limit, and nobody asks for so many.
    for tag in filters.tags[:MOST_TAGS]:
        query = query.where(Page.id.in_(select(Tag.page_id).where(Tag.tag_key == fold(tag))))
    rows = query.options(joinedload(Page.head), undefer(Page.html)).order_by(Page.updated_at.desc())
    pages = db.session().scalars(rows.limit(500)).all()
    words = tuple(raw.split()[:8])
    shown = [Hit(page) for page in pages[offset : offset + limit]]
    return Answer(len(pages), [_quoted(hit, words) for hit in shown], available=False)
