"""robots.txt and the sitemap of public pages, for crawlers."""

from __future__ import annotations

from flask import Response, render_template, url_for

from wiki.accounts.people import anonymous_actor
from wiki.core import db
from wiki.core.http import absolute_url, audience
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.models import Page

MOST_ADDRESSES = 50_000


@blueprint.get("/robots.txt")
@audience("anyone")
def robots() -> Response:
    """Keep crawlers out of system addresses and of the alternative views of pages."""
    closed = ("/-/", "/*/history", "/*/diff", "/*/revisions/", "/*/edit", "/*/backlinks", "/*/raw")
    root = url_for("pages.home").rstrip("/")
    lines = ["User-agent: *", *(f"Disallow: {root}{path}" for path in closed)]
    lines += [f"Allow: {root}/-/static/", f"Sitemap: {absolute_url(url_for('pages.sitemap'))}"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@audience("anyone")
def sitemap() -> Response:
    """List the pages that everyone may read."""
    query = find.visible_pages(anonymous_actor()).with_only_columns(Page.name, Page.updated_at)
    rows = db.session().execute(query.order_by(Page.id).limit(MOST_ADDRESSES)).all()
    pages = [(absolute_url(url_for("pages.show", name=name)), when) for name, when in rows]
    return Response(render_template("pages/sitemap.xml", pages=pages), mimetype="application/xml")
