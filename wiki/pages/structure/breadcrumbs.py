"""Where a page stands: the pages above it and, in a project, the tree beside it.

Projects know stations and trees, and register `Registries.place`; else a page has its parents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import literal, select
from sqlalchemy.orm import aliased

from wiki.core import db
from wiki.core.access import Actor
from wiki.core.registry import registries
from wiki.pages import find
from wiki.pages.models import Page

HIGHEST = 12
"""How far up we look for parents; deeper trees, or loops, are cut there."""


@dataclass(frozen=True)
class Place:
    """The way to a page as (label, URL), and its tree as parts/line.html takes it."""

    crumbs: Sequence[tuple[str, str]] = ()
    tree_title: str = ""
    tree: Sequence[Any] = ()


def place_of(page: Page, *, actor: Actor) -> Place:
    """Return where a page stands for this reader."""
    ask = registries().place
    found: Place | None = ask(page, actor=actor) if ask else None
    return found or Place(
        crumbs=[(above.title, _url(above)) for above in ancestors(page, actor=actor)]
    )


def ancestors(page: Page, *, actor: Actor) -> list[Page]:
    """Return the pages above a page that this actor may read, the highest first, in one query."""
    if page.parent_id is None:
        return []
    above = select(Page.id, Page.parent_id, literal(0).label("depth")).where(
        Page.id == page.parent_id
    )
    climb = above.cte("above", recursive=True)
    higher = aliased(Page)
    climb = climb.union_all(
        select(higher.id, higher.parent_id, climb.c.depth + 1).where(
            higher.id == climb.c.parent_id, climb.c.depth < HIGHEST
        )
    )
    depths = select(climb.c.id, climb.c.depth).subquery()
    query = find.visible_pages(actor).join(depths, depths.c.id == Page.id)
    rows = db.session().scalars(query.where(Page.id != page.id).order_by(depths.c.depth.desc()))
    return list(dict.fromkeys(rows))


def _url(page: Page) -> str:
    return url_for("pages.show", name=page.name)
