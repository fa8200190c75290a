"""Autocompletion in the editor: page names after `[[`, people after `@`, tags after `#`."""

from __future__ import annotations

from flask import Response, jsonify, request
from sqlalchemy import case, func, or_, select

from wiki.accounts.models import User
from wiki.core import db, markup
from wiki.core.access import current_actor
from wiki.core.http import audience
from wiki.core.names import fold
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.models import Page, Tag

MOST = 10
LONGEST = 100


@blueprint.get("/-/names")
@audience("page")
def names() -> Response:
    """List the pages that match `q`, by name prefix first; without `q`, the newest."""
    text = _search_text()
    query = find.visible_pages(current_actor())
    if key := fold(text):
        begins = Page.name_key.startswith(key, autoescape=True)
        inside = Page.name_key.contains(key, autoescape=True)
        query = query.where(or_(inside, Page.title.icontains(text, autoescape=True)))
        query = query.order_by(case((begins, 0), (inside, 1), else_=2), Page.title, Page.id)
    else:
        query = query.order_by(Page.updated_at.desc(), Page.id)
    rows = db.session().scalars(query.limit(MOST))
    return jsonify([{"name": page.name, "title": page.title, "kind": page.kind} for page in rows])


@blueprint.get("/-/names/people")
@audience("signed-in")
def people() -> Response:
    """List the people whose sign-in name or display name matches `q`: for members only, no addresses."""
    text = _search_text()
    key = fold(text)
    matches = or_(
        User.name_key.startswith(key, autoescape=True),
        User.display_name.icontains(text, autoescape=True),
    )
    query = select(User).where(matches, User.disabled.is_(False)).order_by(User.name_key)
    rows = db.session().scalars(query.limit(MOST)) if key else ()
    return jsonify([{"name": user.name, "title": user.shown_name} for user in rows])


@blueprint.get("/-/names/tags")
@audience("page")
def tag_names() -> Response:
    """List the tags of readable pages that begin with `q`, the most used first."""
    key = fold(_search_text())
    visible_ids = find.visible_pages(current_actor()).with_only_columns(Page.id)
    query = (
        select(func.min(Tag.tag).label("tag"))
        .where(Tag.page_id.in_(visible_ids), Tag.tag_key.startswith(key, autoescape=True))
        .group_by(Tag.tag_key)
        .order_by(func.count().desc(), Tag.tag_key)
    )
    rows = db.session().scalars(query.limit(MOST))
    return jsonify([{"name": tag, "title": tag} for tag in rows])


def _search_text() -> str:
    """Return the search text without NUL, which PostgreSQL rejects."""
    raw = request.args.get("q", "").replace("\0", "")
    return " ".join(markup.normalise(raw).split())[:LONGEST]
