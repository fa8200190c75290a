"""The search of one wiki for one reader: the engine asked, without what is kept from the reader."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flask import Flask, current_app

from wiki.core import i18n
from wiki.core.access import Actor
from wiki.core.search.engines.base import Engine, Filters, Query, open_engine
from wiki.core.search.pipeline import pipeline
from wiki.core.search.pipeline.pipeline import Result
from wiki.core.search.pipeline.query import parse
from wiki.search import fallback, filter_names, hits, pins, synonyms, typed_filters
from wiki.search.exclusions import denied
from wiki.search.hits import Hit
from wiki.search.indexing import signals
from wiki.search.indexing.documents import id_of_page, ids_of_pages, split

MOST_DATED = 1_000
"""How many of the best hits are put in the order of their dates."""


@dataclass(frozen=True)
class Answer:
    """What a search found for one reader; `available` is false while the index is being rebuilt.

    `query` is the search as it was understood, with the filters that are not known.
    """

    total: int
    hits: list[Hit]
    corrected: str = ""
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    available: bool = True
    query: Query = field(default_factory=Query)


def init_app(app: Flask) -> None:
    """Open the wiki's index, made by its first indexing."""
    settings = app.config["GARE"]
    name = settings.search_engine
    app.extensions["gare.search"] = open_engine(
        name, settings.instance / "search" / name, url=settings.url
    )


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


def search(
    raw: str | Query,
    *,
    actor: Actor,
    filters: Filters | None = None,
    limit: int = 10,
    offset: int = 0,
    facets: tuple[str, ...] = (),
    sort: str = "",
    exact: bool = False,
) -> Answer:
    """Find pages, files and comments for words or a parsed query; rights are checked again in SQL for the hits.

    `only` of the filters are pages: what is laid on them is searched with them. `sort="date"` puts
    the MOST_DATED best in the order of their last change; `exact` corrects no word and adds none.
    """
    query, dated = _query(raw, filters, actor), sort == "date"
    found = pipeline.search(
        engine(),
        query,
        denied=denied(actor),
        limit=MOST_DATED if dated else limit,
        offset=0 if dated else offset,
        facets=facets,
        synonyms=synonyms.synonyms(),
        signals=lambda ids: _boosts(ids, actor),
        exact=exact,
    )
    if not found.available:
        total, shown = fallback.find(query, actor=actor, limit=limit, offset=offset)
        return Answer(total, shown, available=False, query=query)
    if dated:
        ids = hits.latest_first(found.hits, actor)[offset : offset + limit]
        return _answer(replace(found, hits=ids, total=min(found.total, MOST_DATED)), actor)
    return _answer(found, actor, pinned=() if offset else _pinned(query, actor))


def count(raw: str, *, actor: Actor, filters: Filters | None = None) -> int:
    """Return how many documents this reader would find; 0 without index."""
    query = _query(raw, filters, actor)
    return pipeline.search(engine(), query, denied=denied(actor), limit=1).total


def best(raw: str | Query, *, actor: Actor, filters: Filters, limit: int) -> list[int]:
    """Return the pages of the best hits alone, checked by the index's own rights."""
    query = _query(raw, filters, actor)
    found = pipeline.search(engine(), query, denied=denied(actor), limit=limit)
    return split(found.hits).pages


def suggest(raw: str, *, actor: Actor, limit: int = 8) -> list[Hit]:
    """Return pages and files while a person is typing, those chosen for these very words first."""
    pinned = _pinned(parse(raw), actor)
    found = pipeline.suggest(
        engine(), raw, denied=denied(actor), limit=limit, synonyms=synonyms.synonyms()
    )
    return hits.load(list(dict.fromkeys([*pinned, *found]))[:limit], actor)


def _answer(found: Result, actor: Actor, *, pinned: Sequence[int] = ()) -> Answer:
    """Return what this reader is shown of what was found, pages that were chosen for it first."""
    wanted = list(dict.fromkeys([*pinned, *found.hits]))
    loaded = hits.load(wanted, actor)
    return Answer(
        max(len(loaded), found.total - (len(wanted) - len(loaded))),
        [hits.quoted(hit, found.terms) for hit in _marked(loaded, pinned)],
        found.corrected,
        _named(found.facets, actor),
        query=found.query,
    )


def _query(raw: str | Query, filters: Filters | None, actor: Actor) -> Query:
    if filters and filters.only is not None:
        filters = replace(filters, only=ids_of_pages(filters.only))
    if isinstance(raw, Query):
        query = raw if filters is None else replace(raw, filters=filters)
    else:
        query = typed_filters.understand(raw, actor=actor, filters=filters)
    return replace(query, filters=replace(query.filters, zone=i18n.zone()))


def _boosts(ids: Sequence[int], actor: Actor) -> dict[int, float]:
    found = signals.boosts(split(ids).pages, actor=actor)
    return {id_of_page(page_id): boost for page_id, boost in found.items()}


def _pinned(query: Query, actor: Actor) -> list[int]:
    return [id_of_page(page_id) for page_id in pins.chosen_ids(query, actor=actor)]


def _marked(found: list[Hit], pinned: Sequence[int]) -> list[Hit]:
    chosen = set(pinned)
    return [replace(hit, pinned=hit.is_page and id_of_page(hit.page.id) in chosen) for hit in found]


def _named(
    found: dict[str, list[tuple[str, int]]], actor: Actor
) -> dict[str, list[tuple[str, int]]]:
    """Return facets without the projects and forms that this reader may not know of.

    One may read a page of a project, or an entry of a form, and not that one.
    """
    known = {
        "project": lambda: {project.key for project in filter_names.stations(actor)},
        "form": lambda: {form.key for form in filter_names.lists(actor)},
    }
    named = dict(found)
    for name in known.keys() & {name for name, values in found.items() if values}:
        seen = known[name]()
        named[name] = [value for value in found[name] if not value[0] or value[0] in seen]
    return named
