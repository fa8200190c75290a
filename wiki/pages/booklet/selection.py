"""Which pages go in a booklet, in which order: all of it is said by the address, so nothing has to be kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import or_
from werkzeug.datastructures import MultiDict

from wiki.core import db, markup
from wiki.core.access import Actor
from wiki.core.names import link_key
from wiki.core.numbers import is_whole
from wiki.pages import find
from wiki.pages.booklet.chapters import KINDS, MOST, pages_of
from wiki.pages.models import Page
from wiki.pages.structure import order

LONGEST_TITLE = 200


@dataclass(frozen=True)
class Picked:
    """What an address says: the pages, the title, a name that led to no page, and whether some were left out."""

    pages: Sequence[Page]
    title: str
    unknown: str = ""
    too_many: bool = False

    @property
    def ids(self) -> list[int]:
        return [page.id for page in self.pages]


def picked(args: MultiDict[str, str], *, actor: Actor) -> Picked:
    """Read an address: `page` identifiers in order, `of` a tree, `add` a page, then a step `up`, `down` or `out`."""
    ids = [int(one) for one in args.getlist("page") if is_whole(one)]
    tree, one = (_named(args.get(name, ""), actor) for name in ("of", "add"))
    if tree is not None:
        ids += [page.id for page in tree_of(tree, actor=actor)]
    if one is not None:
        ids.append(one.id)
    ids = _stepped(list(dict.fromkeys(ids)), args)
    pages = pages_of(ids, actor=actor)
    asked = [args.get(name, "").strip() for name in ("of", "add")]
    missing = [name for name, found in zip(asked, (tree, one), strict=True) if name and not found]
    title = " ".join(markup.normalise(args.get("title", "")).split())[:LONGEST_TITLE]
    if not title:
        title = tree.title if tree else pages[0].title if pages else ""
    return Picked(pages, title, missing[0] if missing else "", len(ids) > MOST)


def tree_of(page: Page, *, actor: Actor) -> list[Page]:
    """Return a page and those under it, for who reads, in the order of the tree; of a station, its project's."""
    seen = find.visible_pages(actor).where(Page.kind.in_(KINDS))
    if page.kind == "station":
        inside = seen.where(Page.project_id == page.project_id, Page.kind == "text")
    else:
        inside = seen.where(Page.id.in_(order.below(db.session(), [page.id])))
    rows = db.session().scalars(inside.order_by(Page.position, Page.title, Page.id).limit(MOST + 1))
    return _in_depth(list(rows))


def beside(pages: Sequence[Page], *, actor: Actor) -> list[Page]:
    """Return pages of the same trees as those chosen, to tick: those under them and their sisters."""
    ids, above = {page.id for page in pages}, {page.parent_id for page in pages} - {None}
    near = or_(Page.parent_id.in_(ids), Page.parent_id.in_(above), Page.id.in_(above))
    rows = find.visible_pages(actor).where(near, Page.id.not_in(ids), Page.kind.in_(KINDS))
    return list(db.session().scalars(rows.order_by(Page.title, Page.id).limit(MOST)))


def _in_depth(pages: Sequence[Page]) -> list[Page]:
    """Return pages each followed by those under it; at the top, what stands under none of them."""
    known = {page.id for page in pages}
    under: dict[int, list[Page]] = {}
    for page in pages:
        above = page.parent_id if page.parent_id in known and page.parent_id != page.id else 0
        under.setdefault(above or 0, []).append(page)
    found: dict[int, Page] = {}

    def walk(rows: Iterable[Page]) -> None:
        waiting = list(rows)[::-1]
        while waiting:
            page = waiting.pop()
            if page.id not in found:
                found[page.id] = page
                waiting += under.get(page.id, [])[::-1]

    walk(under.get(0, []))
    # Pages in a loop have none of them at the top.
    walk(pages)
    return list(found.values())


def _named(raw: str, actor: Actor) -> Page | None:
    key = link_key(raw.strip()) if raw.strip() else ""
    return find.names_seen({key}, actor=actor).get(key) if key else None


def _stepped(ids: list[int], args: MultiDict[str, str]) -> list[int]:
    for step, by in (("up", -1), ("down", 1)):
        raw = args.get(step, "")
        if is_whole(raw) and int(raw) in ids:
            at = ids.index(int(raw))
            to = max(0, min(at + by, len(ids) - 1))
            ids.insert(to, ids.pop(at))
    out = args.get("out", "")
    return [one for one in ids if str(one) != out]
