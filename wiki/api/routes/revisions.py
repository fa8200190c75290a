"""The versions of a page: their list, one of them whole, its name, and its emptying."""

from __future__ import annotations

from flask import Response, jsonify
from sqlalchemy import func, select
from sqlalchemy.orm import defer

from wiki.api import arguments, body, documents
from wiki.api.contract import limit, offset, operation
from wiki.api.routes.blueprint import blueprint
from wiki.api.schemas import BIGGEST
from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.http import audience
from wiki.pages import find, throttle
from wiki.pages.history.purge import purge
from wiki.pages.history.routes import revision_or_404, set_label
from wiki.pages.models import Revision


@blueprint.get("/pages/<name>/revisions", merge_slashes=False)
@operation(
    "List the versions of a page, the newest first",
    {200: "Revisions"},
    arguments=(limit(50, 200), offset(BIGGEST)),
)
@audience("page")
def list_revisions(name: str) -> Response:
    """List the versions of a page."""
    count, skip = arguments.window()
    page = find.page_or_404(name, actor=current_actor())
    of_page = Revision.page_id == page.id
    total = db.session().scalar(select(func.count()).where(of_page))
    stamps = select(Revision).where(of_page).options(defer(Revision.text), defer(Revision.data))
    rows = db.session().scalars(stamps.order_by(Revision.number.desc()).limit(count).offset(skip))
    return jsonify(total=total, items=[documents.of_stamp(revision) for revision in rows])


@blueprint.get("/pages/<name>/revisions/<int:number>", merge_slashes=False)
@operation("Read a page as it was", {200: "Revision"})
@audience("page")
def read_revision(name: str, number: int) -> Response:
    """Give a version of a page with its text and data."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    return jsonify(documents.of_revision(page, revision_or_404(page, number), actor=actor))


@blueprint.patch("/pages/<name>/revisions/<int:number>", merge_slashes=False)
@operation("Name a version", {200: "Revision"}, takes="RevisionChange")
@audience("page")
def name_revision(name: str, number: int) -> Response:
    """Give a version a name; an empty one takes it away."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    revision_or_404(page, number)
    given = body.read("RevisionChange")
    throttle.count_save()
    if "label" in given:
        set_label(page, number, given["label"])
    return jsonify(documents.of_revision(page, revision_or_404(page, number), actor=actor))


@blueprint.post("/pages/<name>/revisions/<int:number>/purge", merge_slashes=False)
@operation("Empty a version for good (admins)", {200: "Revision"}, takes="Purge")
@audience("page")
def purge_revision(name: str, number: int) -> Response:
    """Empty a version that is not the current one."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    purge(page, number, why=body.read("Purge")["why"], actor=actor)
    return jsonify(documents.of_revision(page, revision_or_404(page, number), actor=actor))
