"""Page names for whoever types `[[`: a few visible pages whose name or title holds it."""

from __future__ import annotations

from flask import Response, jsonify, request
from sqlalchemy import case, or_

from wiki.core import db, markup
from wiki.core.access import current_actor
from wiki.core.http import audience
from wiki.core.names import fold
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.models import Page

MOST = 10
LONGEST = 100


@blueprint.get("/-/names")
@audience("page")
def names() -> Response:
    """List the pages that fit `q`: those whose name begins with it first, the newest without it."""
    typed = " ".join(markup.normalise(request.args.get("q", "")).split())[:LONGEST]
    query = find.visible_pages(current_actor())
    if key := fold(typed):
        begins = Page.name_key.startswith(key, autoescape=True)
        inside = Page.name_key.contains(key, autoescape=True)
        query = query.where(or_(inside, Page.title.icontains(typed, autoescape=True)))
        query = query.order_by(case((begins, 0), (inside, 1), else_=2), Page.title, Page.id)
    else:
        query = query.order_by(Page.updated_at.desc(), Page.id)
    rows = db.session().scalars(query.limit(MOST))
    return jsonify([{"name": page.name, "title": page.title} for page in rows])
