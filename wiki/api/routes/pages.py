"""Pages: list, read, write, put in the trash."""

from __future__ import annotations

from flask import Response, abort, jsonify, url_for
from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import joinedload

from wiki.api import arguments, body, changes, documents
from wiki.api.contract import limit, offset, operation, text
from wiki.api.routes.blueprint import blueprint
from wiki.api.schemas import BIGGEST
from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import audience
from wiki.pages import find, throttle
from wiki.pages.models import Page, Revision
from wiki.pages.structure.tags import pages_tagged
from wiki.pages.structure.trash import is_home, put_in_trash
from wiki.projects.find import project_or_none

FILTERS = (
    text("kind", "Only pages of this kind: text, entry or station."),
    text("tag", "Only pages that bear this tag."),
    text("project", "Only pages of the project with this key."),
)


@blueprint.get("/pages")
@operation(
    "List the pages one may read, by name",
    {200: "Pages"},
    arguments=(limit(50, 200), offset(BIGGEST), *FILTERS),
)
@audience("page")
def list_pages() -> Response:
    """List the pages that the actor may read."""
    count, skip = arguments.window()
    query = _parse_list_query(current_actor())
    total = db.session().scalar(select(func.count()).select_from(query.subquery()))
    head = joinedload(Page.head).load_only(Revision.tags)
    window = query.options(head).order_by(Page.name_key).limit(count).offset(skip)
    rows = db.session().scalars(window).all()
    return jsonify(total=total, items=[documents.of_listed(page) for page in rows])


@blueprint.get("/pages/<name>", merge_slashes=False)
@operation("Read a page", {200: "Page"})
@audience("page")
def read_page(name: str) -> Response:
    """Return a page with its text and data."""
    actor = current_actor()
    return jsonify(documents.of_page(find.page_or_404(name, actor=actor), actor=actor))


@blueprint.put("/pages/<name>", merge_slashes=False)
@operation(
    "Make a page, or change what is given of it",
    {200: "Page", 201: "Page"},
    takes="PageChange",
    problems=(409,),
)
@audience("page")
def put_page(name: str) -> tuple[Response, int, dict[str, str]]:
    """Create a page or save a new revision; return the page."""
    change = changes.PageChange(**body.read("PageChange"))
    throttle.count_save()
    document, is_new = changes.put(name, change, actor=current_actor())
    address = url_for("api.read_page", name=document["name"])
    return jsonify(document), 201 if is_new else 200, {"Location": address} if is_new else {}


@blueprint.delete("/pages/<name>", merge_slashes=False)
@operation("Put a page in the trash", {204: ""})
@audience("page")
def delete_page(name: str) -> Response:
    """Put a page in the trash, where it can be restored."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    if is_home(page):
        abort(403)
    throttle.count_save()
    put_in_trash(page, actor=actor)
    return Response(status=204)


def _parse_list_query(actor: Actor) -> Select[Page]:
    """Return the query of the pages that match the query arguments."""
    query = find.visible_pages(actor)
    if kind := arguments.word("kind"):
        query = query.where(Page.kind == kind)
    if tag := arguments.word("tag"):
        query = pages_tagged(query, tag)
    if key := arguments.word("project"):
        project = project_or_none(key, actor=actor)
        query = query.where(Page.project_id == project[0].id if project else false())
    return query
