"""Routes that show a page: the home page, a page by name, its source."""

from __future__ import annotations

from flask import Response, abort, redirect, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db, settings
from wiki.core.access import current_actor
from wiki.core.http import absolute_url, audience, render
from wiki.core.names import page_name
from wiki.pages import find, rendering, rights
from wiki.pages.blueprint import blueprint
from wiki.pages.editing import section
from wiki.pages.files.attachments import files_of
from wiki.pages.history.authors import authors_of
from wiki.pages.kinds import kind_of
from wiki.pages.live import presence
from wiki.pages.maintenance import reviews
from wiki.pages.maintenance.favourites import is_favourite
from wiki.pages.models import Page, Tag
from wiki.pages.structure.backlinks import linking_to
from wiki.pages.structure.breadcrumbs import place_of

HOME = "pages/home.html"
"""The template of the home page, which adds an overview of the network around its text."""
FEW_HEADINGS = 3
"""The number of headings from which a page has a table of contents."""
SOME_LINKS = 24
"""The maximal number of backlinks under a page; `backlinks` lists them all."""


@blueprint.get("/")
@audience("page")
def home() -> BaseResponse:
    """Show the home page at the root of the wiki."""
    return show_page(str(settings.get("home")))


@blueprint.get("/<name>")
@audience("page")
def show(name: str) -> BaseResponse:
    """Show a page; another spelling of its name, or a former one, redirects to it."""
    return show_page(name)


@blueprint.get("/<name>/raw")
@audience("page")
def raw(name: str) -> Response:
    """Return the source of a page as plain text."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    return Response(kind_of(page).source(page.head, actor=actor), mimetype="text/plain")


def show_page(name: str) -> BaseResponse:
    """Return the response for a page name: the page, a redirect, or an offer to create it."""
    actor = current_actor()
    page = find.page_or_none(name, actor=actor)
    if page is None:
        return missing(name)
    find.redirect_if_moved(page, name)
    if url := kind_of(page).view_url(page):
        return redirect(url)
    if request.path != "/" and page.name != name:
        return redirect(url_for("pages.show", name=page.name), 301)
    return page_response(page)


def page_response(page: Page) -> Response:
    """Return the response that shows a page loaded for the current actor."""
    actor, kind = current_actor(), kind_of(page)
    headings = rendering.stored(page).headings if page.kind == "text" else ()
    body = kind.body(page, page.head, actor=actor) if kind.shows_body else Markup()
    if page.kind == "text" and "write" in page.allowed:
        body = section.add_edit_links(body, page)
    review = reviews.review_of(page)
    tags = select(Tag).where(Tag.page_id == page.id).order_by(Tag.tag_key)
    return render(
        HOME if request.path == "/" and page.kind == "text" else kind.template,
        page=page,
        kind=kind,
        body=body,
        headings=headings if len(headings) >= FEW_HEADINGS else (),
        place=place_of(page, actor=actor),
        tags=db.session().scalars(tags).all(),
        backlinks=db.session().scalars(linking_to(page, actor=actor).limit(SOME_LINKS + 1)).all(),
        some_links=SOME_LINKS,
        files=files_of(page),
        authors=authors_of(page),
        review=review,
        review_over=reviews.is_over(review),
        favourite=is_favourite(page, actor=actor),
        here=None if actor.is_anonymous else presence.others(page, actor=actor),
        edit_url=kind.edit_url(page) or url_for("pages.edit", name=page.name),
        component=rendering.component,
        address=absolute_url(url_for("pages.show", name=page.name)),
        **kind.context(page, page.head, actor=actor),
    )


def missing(name: str) -> BaseResponse:
    """Return the same 404 response for a missing page and for an unreadable one."""
    key = page_name(name)
    if not key:
        abort(404)
    may_create = rights.may_create(current_actor())
    title = key.replace("-", " ")
    return render("pages/missing.html", status=404, name=key, title=title, may_create=may_create)
