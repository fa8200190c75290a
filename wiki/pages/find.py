"""The one door to pages: it loads and checks together, so that no route can forget to.

`visible_pages` is the query behind every list, feed, count, link and search hit.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from flask import abort, has_request_context, redirect, request
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from wiki.core import db
from wiki.core.access import PRIVILEGES, Actor, Privilege, allows
from wiki.core.names import fold
from wiki.core.registry import registries
from wiki.pages.models import Alias, Page


def visible_pages(actor: Actor, *, trashed: bool = False) -> Select[Page]:
    """Return the query of the pages this actor may read, without those in the trash."""
    where = Page.trashed_at.is_not(None) if trashed else Page.trashed_at.is_(None)
    return select(Page).where(where, allows(actor, "read", Page))


def page_or_none(name: str, *, actor: Actor, trashed: bool = False) -> Page | None:
    """Return the page of this name or former name if this actor may read it, with what they may do."""
    return _load(_key(name), actor, trashed=trashed)


def page_or_404(
    name: str, *, actor: Actor, need: Privilege | Literal["own"] = "read", trashed: bool = False
) -> Page:
    """Return the page of this name. Aborts 404 when it is not there or may not be read, else 403.

    `own` asks for what the owner and admins may do: rights, rename, trash for good.
    """
    page = page_or_none(name, actor=actor, trashed=trashed)
    if page is None:
        abort(404)
    lead_on(page, name)
    if need not in page.allowed:
        abort(403)
    return page


def lead_on(page: Page, name: str) -> None:
    """Send who opens an address of a page that went elsewhere after it; `?here` shows what stayed.

    Only at the address asked for: a page that is loaded for another one's sake is shown as it is.
    """
    where = registries().elsewhere
    if where is None or not has_request_context() or request.method not in {"GET", "HEAD"}:
        return
    asked = (request.view_args or {}).get("name")
    if asked != name or request.blueprint != "pages" or "here" in request.args:
        return
    if url := where(page):
        rest = quote(request.path.partition("/" + name)[2])
        words = request.query_string.decode("latin1")
        answer = redirect(url + rest + ("?" + words if words else ""), 308)
        # A project may come back: nobody keeps this for good.
        answer.headers["Cache-Control"] = "no-cache"
        abort(answer)


def page_by_id(page_id: int, *, actor: Actor, trashed: bool = False) -> Page | None:
    """Return a page by its identifier if this actor may read it."""
    return _load(Page.id == page_id, actor, trashed=trashed)


def reload(page: Page, *, actor: Actor) -> Page | None:
    """Return the page as it is now: call it inside `db.write()`, so that it stays so."""
    return _load(Page.id == page.id, actor, trashed=page.trashed_at is not None)


def is_taken(name: str) -> bool:
    """Answer whether a name belongs to a page, even one in the trash or one the asker may not see."""
    key = fold(name)
    page = db.session().scalar(select(Page.id).where(Page.name_key == key))
    return page is not None or db.session().get(Alias, key) is not None


def names_seen(keys: set[str], *, actor: Actor) -> dict[str, Page]:
    """Return, of these folded names, those of pages the actor may read, in one query."""
    if not keys:
        return {}
    seen = visible_pages(actor)
    rows = db.session().scalars(seen.where(Page.name_key.in_(keys)))
    found = {page.name_key: page for page in rows}
    missing = keys - set(found)
    if missing:
        aliases = seen.join(Alias, Alias.page_id == Page.id).add_columns(Alias.name_key)
        for page, key in db.session().execute(aliases.where(Alias.name_key.in_(missing))):
            found[key] = page
    return found


def _key(name: str) -> object:
    # PostgreSQL takes no NUL at all, and no page bears one.
    key = fold(name).replace("\0", "")
    return (Page.name_key == key) | Page.id.in_(select(Alias.page_id).where(Alias.name_key == key))


def _load(where: object, actor: Actor, *, trashed: bool) -> Page | None:
    rights = [allows(actor, privilege, Page).label(privilege) for privilege in PRIVILEGES]
    query = visible_pages(actor, trashed=trashed).where(where).options(joinedload(Page.head))  # type: ignore[arg-type]
    query = query.execution_options(populate_existing=True)
    row = db.session().execute(query.add_columns(*rights).limit(1)).first()
    if row is None:
        return None
    page: Page = row[0]
    allowed: set[str] = {privilege for privilege in PRIVILEGES if row._mapping[privilege]}
    if actor.is_admin or (actor.id is not None and page.owner_id == actor.id):
        allowed.add("own")
    page.allowed = frozenset(allowed)
    return page
