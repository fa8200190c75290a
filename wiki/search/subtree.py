"""A page and all that stands under it, as one reader sees the tree: what a search within it looks in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import literal, select
from sqlalchemy.orm import aliased

from wiki.core import db
from wiki.core.access import Actor, allows
from wiki.core.names import fold
from wiki.pages.models import Page

DEEPEST = 12
MOST = 20_000
CHILD = aliased(Page)
"""One for all questions: conditions of rights are kept by what they are asked of."""


@dataclass(frozen=True)
class Tree:
    """The page at the top, None when it may not be read, and the identifiers of the whole tree."""

    title: str | None
    ids: frozenset[int]


def tree_under(name: str, *, actor: Actor) -> Tree:
    """Return a page's tree, in one query; what stands under a hidden page is not in it."""
    key = fold(name).replace("\0", "")
    top = select(Page.id, Page.title, literal(0).label("depth")).where(
        Page.name_key == key, Page.trashed_at.is_(None), allows(actor, "read", Page)
    )
    tree = top.cte("tree", recursive=True)
    tree = tree.union_all(
        select(CHILD.id, CHILD.title, tree.c.depth + 1).where(
            CHILD.parent_id == tree.c.id,
            tree.c.depth < DEEPEST,
            CHILD.trashed_at.is_(None),
            allows(actor, "read", CHILD),
        )
    )
    rows = db.session().execute(select(tree).limit(MOST)).all()
    title = next((row.title for row in rows if row.depth == 0), None)
    return Tree(title, frozenset(row.id for row in rows))
