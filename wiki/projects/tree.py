"""Where a project's page stands: its station first, then the pages above it, and the tree beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import url_for
from flask_babel import gettext as _

from wiki.core import db
from wiki.core.access import Actor
from wiki.pages.find import visible_pages
from wiki.pages.models import Page
from wiki.pages.structure.breadcrumbs import Place, ancestors

MOST = 80
"""Pages of a project shown in its tree."""


@dataclass
class Node:
    """A page in the tree; `open` when the page at hand is below it."""

    title: str
    url: str
    current: bool = False
    open: bool = False
    children: list[Node] = field(default_factory=list)


def place(page: Page, *, actor: Actor) -> Place | None:
    """Return where a page of a project stands, None for a page of no project."""
    if page.project_id is None:
        return None
    pages = _project_pages(page, actor)
    station = next((other for other in pages if other.kind == "station"), None)
    if station is None:
        return None
    above = [other for other in ancestors(page, actor=actor) if other.id != station.id]
    crumbs = [
        (other.title, _url(other)) for other in ([station] if station.id != page.id else []) + above
    ]
    return Place(crumbs, station.title, _tree(station, pages, page, {other.id for other in above}))


def _project_pages(page: Page, actor: Actor) -> Sequence[Page]:
    query = visible_pages(actor).where(
        Page.project_id == page.project_id,
        Page.form_id.is_(None),
        Page.kind.in_(("text", "station")),
    )
    return db.session().scalars(query.order_by(Page.position, Page.title).limit(MOST)).all()


def _tree(station: Page, pages: Sequence[Page], here: Page, above: set[int]) -> list[Node]:
    nodes = {
        page.id: Node(page.title, _url(page), page.id == here.id, page.id in above)
        for page in pages
        if page.id != station.id
    }
    roots = [Node(_("Central station"), _url(station), station.id == here.id)]
    for page in pages:
        if page.id == station.id:
            continue
        parent = nodes.get(page.parent_id or 0)
        (parent.children if parent and page.parent_id != page.id else roots).append(nodes[page.id])
    return roots


def _url(page: Page) -> str:
    return url_for("pages.show", name=page.name)
