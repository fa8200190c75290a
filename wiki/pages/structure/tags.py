"""Tags: all of them as a tree with how many pages bear each, and the pages of one, as this reader sees them.

A tag stands under another by its words: `Tools/Mail` is under `Tools`, whose pages include its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Response, abort
from sqlalchemy import ColumnElement, Select, func, or_, select

from wiki.core import db, markup
from wiki.core.access import current_actor
from wiki.core.http import audience, paging, render
from wiki.core.names import fold
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page, Tag

PAGE_SIZE = 50
MOST_TAGS = 1000
MOST_NEAR = 16


@dataclass
class Node:
    """A tag in the tree; `count` is 0 for one that only others stand under."""

    tag_key: str
    tag: str
    count: int = 0
    children: list[Node] = field(default_factory=list)

    @property
    def label(self) -> str:
        return self.tag.rpartition("/")[2]


@blueprint.get("/-/tags")
@audience("page")
def tags() -> Response:
    """List the tags of the pages one may read, each under the one it belongs to."""
    seen = find.visible_pages(current_actor()).with_only_columns(Page.id)
    rows = db.session().execute(_counted(seen).order_by(Tag.tag_key).limit(MOST_TAGS))
    return render("pages/tags.html", nodes=_tree(rows))


@blueprint.get("/-/tags/<path:tag>")
@audience("page")
def tagged(tag: str) -> Response:
    """List the pages that bear a tag or one under it, the last changed first. 404 when one may see none."""
    key, seen = _key(tag), find.visible_pages(current_actor())
    found = pages_tagged(seen, tag)
    total = db.session().scalar(select(func.count()).select_from(found.subquery())) or 0
    if not total:
        abort(404)
    where = paging(total, PAGE_SIZE)
    listed = found.order_by(Page.updated_at.desc(), Page.id).limit(where.size).offset(where.offset)
    rows = db.session().scalars(listed).all()
    near = _counted(found.with_only_columns(Page.id)).order_by(func.count().desc(), Tag.tag_key)
    others = db.session().execute(near.limit(MOST_TAGS)).all()
    shown = _written(key, others)
    return render(
        "pages/tagged.html",
        tag=shown,
        crumbs=_crumbs(key, shown),
        under=_tree(row for row in others if row.tag_key.startswith(f"{key}/")),
        near=[row for row in others if not f"{row.tag_key}/".startswith(f"{key}/")][:MOST_NEAR],
        rows=rows,
        paging=where,
        kind_of=kind_of,
    )


def pages_tagged(query: Select[Page], tag: str) -> Select[Page]:
    """Narrow a query of pages to those that bear a tag, or one under it."""
    return query.where(Page.id.in_(select(Tag.page_id).where(_is(_key(tag)))))


def _is(key: str) -> ColumnElement[bool]:
    return or_(Tag.tag_key == key, Tag.tag_key.startswith(f"{key}/", autoescape=True))


def _counted(pages: Select[Any]) -> Select[str, int, str]:
    return (
        select(func.min(Tag.tag).label("tag"), func.count().label("count"), Tag.tag_key)
        .where(Tag.page_id.in_(pages))
        .group_by(Tag.tag_key)
    )


def _tree(rows: Iterable[Any]) -> list[Node]:
    """Hang each tag under the one it belongs to; one that nobody bears is there for those under it."""
    made: dict[str, Node] = {}
    roots: list[Node] = []
    for tag, count, key in sorted(rows, key=lambda row: row.tag_key.split("/")):
        keys, words = key.split("/"), tag.split("/")
        for depth in range(1, len(keys) + 1):
            part = "/".join(keys[:depth])
            if part not in made:
                made[part] = Node(part, "/".join(words[:depth]))
                above = made.get("/".join(keys[: depth - 1]))
                (above.children if above else roots).append(made[part])
        made[key].tag, made[key].count = tag, count
    while len(roots) == 1 and not roots[0].count:
        roots = roots[0].children
    return roots


def _written(key: str, rows: Iterable[Any]) -> str:
    """Return a tag as people write it; one that nobody bears, as those under it do."""
    depth = key.count("/") + 1
    fits = sorted((row.tag_key, row.tag) for row in rows if f"{row.tag_key}/".startswith(f"{key}/"))
    return "/".join(fits[0][1].split("/")[:depth]) if fits else key


def _crumbs(key: str, shown: str) -> list[tuple[str, str]]:
    """Return the tags above one, as (words, key)."""
    keys, words = key.split("/"), shown.split("/")
    return [(word, "/".join(keys[: depth + 1])) for depth, word in enumerate(words[:-1])]


def _key(tag: str) -> str:
    return fold(markup.normalise(tag))
