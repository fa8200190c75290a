"""Load pages with access control: loading and checking are one call, so that no route can skip the check.

`visible_pages` is the query behind every list, feed, count, link and search result.
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
    """Return the query of the pages the actor may read, outside the trash (or in it, with `trashed`)."""
    where = Page.trashed_at.is_not(None) if trashed else Page.trashed_at.is_(None)
    return select(Page).where(where, allows(actor, "read", Page))


def page_or_none(name: str, *, actor: Actor, trashed: bool = False) -> Page | None:
    """Return the page with this name or alias if the actor may read it, with `allowed` set; else None."""
    return _load(_key(name), actor, trashed=trashed)


def page_or_404(
    name: str, *, actor: Actor, need: Privilege | Literal["own"] = "read", trashed: bool = False
) -> Page:
    """Return the page with this name. Aborts 404 if it is missing or unreadable, 403 without `need`.

    `own` is the privilege of the owner and of admins: change rights, rename, delete for good.
    """
    page = page_or_none(name, actor=actor, trashed=trashed)
    if page is None:
        abort(404)
    redirect_if_moved(page, name)
    if need not in page.allowed:
        abort(403)
    return page


def redirect_if_moved(page: Page, name: str) -> None:
    """Redirect the request to another wiki if the page has moved there; `?here` shows the local copy.

    Only for the page of the requested address: pages loaded along the way are left alone.
    """
    remote_url_of = registries().elsewhere
    if remote_url_of is None or not has_request_context() or request.method not in {"GET", "HEAD"}:
        return
    requested_name = (request.view_args or {}).get("name")
    if requested_name != name or request.blueprint != "pages" or "here" in request.args:
        return
    if url := remote_url_of(page):
        rest = quote(request.path.partition("/" + name)[2])
        query = request.query_string.decode("latin1")
        response = redirect(url + rest + ("?" + query if query else ""), 308)
        # The project may move back here: browsers must not cache this redirect for good.
        response.headers["Cache-Control"] = "no-cache"
        abort(response)


def page_by_id(page_id: int, *, actor: Actor, trashed: bool = False) -> Page | None:
    """Return the page with this id if the actor may read it, else None."""
    return _load(Page.id == page_id, actor, trashed=trashed)


def reload(page: Page, *, actor: Actor) -> Page | None:
    """Return the current state of a page. Call it inside `db.write()`, which locks it."""
    return _load(Page.id == page.id, actor, trashed=page.trashed_at is not None)


def is_taken(name: str) -> bool:
    """Return whether a page bears this name or alias, even in the trash or hidden from the actor."""
    key = fold(name)
    page = db.session().scalar(select(Page.id).where(Page.name_key == key))
    return page is not None or db.session().get(Alias, key) is not None


def names_seen(keys: set[str], *, actor: Actor) -> dict[str, Page]:
    """Return the readable pages among these folded names and aliases, by key, in at most two queries."""
    if not keys:
        return {}
    visible = visible_pages(actor)
    rows = db.session().scalars(visible.where(Page.name_key.in_(keys)))
    pages = {page.name_key: page for page in rows}
    missing = keys - set(pages)
    if missing:
        aliases = visible.join(Alias, Alias.page_id == Page.id).add_columns(Alias.name_key)
        for page, key in db.session().execute(aliases.where(Alias.name_key.in_(missing))):
            pages[key] = page
    return pages


def _key(name: str) -> object:
    # PostgreSQL rejects NUL, and no page name contains one.
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
