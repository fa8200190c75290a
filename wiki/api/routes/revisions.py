"""Revisions of a page: list, read, label, purge."""

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
    """List the revisions of a page."""
    count, skip = arguments.window()
    page = find.page_or_404(name, actor=current_actor())
    of_page = Revision.page_id == page.id
    total = db.session().scalar(select(func.count()).where(of_page))
    query = select(Revision).where(of_page).options(defer(Revision.text), defer(Revision.data))
    rows = db.session().scalars(query.order_by(Revision.number.desc()).limit(count).offset(skip))
    return jsonify(total=total, items=[documents.of_stamp(revision) for revision in rows])


@blueprint.get("/pages/<name>/revisions/<int:number>", merge_slashes=False)
@operation("Read a page as it was", {200: "Revision"})
@audience("page")
def read_revision(name: str, number: int) -> Response:
    """Return a revision with its text and data."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    return jsonify(documents.of_revision(page, revision_or_404(page, number), actor=actor))


@blueprint.patch("/pages/<name>/revisions/<int:number>", merge_slashes=False)
@operation("Name a version", {200: "Revision"}, takes="RevisionChange")
@audience("page")
def name_revision(name: str, number: int) -> Response:
    """Set the label of a revision; an empty one removes it."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    revision_or_404(page, number)
    payload = body.read("RevisionChange")
    throttle.count_save()
    if "label" in payload:
        set_label(page, number, payload["label"])
    return jsonify(documents.of_revision(page, revision_or_404(page, number), actor=actor))


@blueprint.post("/pages/<name>/revisions/<int:number>/purge", merge_slashes=False)
@operation("Empty a version for good (admins)", {200: "Revision"}, takes="Purge")
@audience("page")
def purge_revision(name: str, number: int) -> Response:
    """Purge the content of a revision that is not the current one."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    purge(page, number, why=body.read("Purge")["why"], actor=actor)
    return jsonify(documents.of_revision(page, revision_or_404(page, number), actor=actor))
