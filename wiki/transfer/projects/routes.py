"""The screens of moving: leaving and its archive for referents, arriving and its preview for admins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, abort, flash, jsonify, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.pages.throttle import TooMany, count_save
from wiki.projects import find, relocation
from wiki.projects.models import Project
from wiki.projects.project_routes import rule_or_403
from wiki.transfer.projects import jobs
from wiki.transfer.projects.models import DONE, DRAFT, IN, OUT, Crossing

blueprint = Blueprint("transfer", __name__)
LAST = 10


@blueprint.get("/-/projects/<key>/moving")
@audience("signed-in")
def export_screen(key: str) -> Response:
    """Show how a project goes to another wiki: its archive, then where it went."""
    return _export_screen(rule_or_403(key))


@blueprint.post("/-/projects/<key>/moving")
@audience("signed-in")
def export_project(key: str) -> BaseResponse:
    """Have an archive made."""
    project = rule_or_403(key)
    try:
        count_save()
    except TooMany:
        abort(429)
    jobs.leave(project, actor=current_actor(), emails=request.form.getlist("email"))
    return see_other(url_for(".export_screen", key=key))


@blueprint.post("/-/projects/<key>/moved")
@audience("signed-in")
def relocate(key: str) -> BaseResponse:
    """Close a project here and lead its addresses to where it went; an empty address takes that back."""
    project = rule_or_403(key)
    sent = request.files.get("receipt")
    receipt = sent.stream.read(relocation.LARGEST_RECEIPT + 1) if sent and sent.filename else b""
    try:
        relocation.move_away(project, request.form.get("moved_to", ""), receipt, by=current_actor())
    except Invalid as error:
        return _export_screen(project, errors=error.errors)
    flash(_("Done."), "success")
    return see_other(url_for(".export_screen", key=key))


@blueprint.get("/-/projects/<key>/moving/<int:number>.zip")
@audience("signed-in")
def download_export(key: str, number: int) -> Response:
    """Give an archive to who had it made, while they still answer for the project."""
    project = rule_or_403(key)
    mine = _own_transfers(OUT).where(Crossing.id == number, Crossing.project_id == project.id)
    found: Crossing | None = db.session().scalar(mine.where(Crossing.state == DONE))
    if found is None or not found.path.is_file():
        abort(404)
    answer = send_file(
        found.path, mimetype="application/zip", as_attachment=True, download_name=found.file_name
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/-/arrivals")
@audience("admin")
def upload_project() -> Response:
    """Ask for an archive, and list those the asker brought."""
    return _upload_screen()


@blueprint.post("/-/arrivals")
@audience("admin")
def send_archive() -> BaseResponse:
    """Keep an archive that is sound, and go on to what it would make."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid(file=_("Choose a file."))
        made = jobs.receive(sent.stream, file_name=sent.filename, actor=current_actor())
    except Invalid as error:
        return _upload_screen(errors=error.errors)
    return see_other(url_for(".import_progress", number=made.id))


@blueprint.get("/-/arrivals/<int:number>")
@audience("admin")
def import_progress(number: int) -> Response:
    """Show what an archive would make, then how far it is and what it made."""
    return _import_screen(_import_or_404(number))


@blueprint.post("/-/arrivals/<int:number>")
@audience("admin")
def import_project(number: int) -> BaseResponse:
    """Bring a project in."""
    jobs.bring_in(_import_or_404(number), invite="invite" in request.form)
    return see_other(url_for(".import_progress", number=number))


@blueprint.post("/-/arrivals/<int:number>/removal")
@audience("admin")
def drop_import(number: int) -> BaseResponse:
    """Forget an archive that was not brought in."""
    found = _import_or_404(number)
    if found.is_at_work:
        abort(409)
    jobs.drop(found)
    flash(_("The archive is forgotten."), "success")
    return see_other(url_for(".upload_project"))


@blueprint.get("/-/arrivals/<int:number>/receipt.json")
@audience("admin")
def import_receipt(number: int) -> Response:
    """Give what the wiki a project comes from needs to lead to each of its pages."""
    found = _import_or_404(number)
    if "receipt" not in found.report:
        abort(404)
    answer = jsonify(found.report["receipt"])
    answer.headers["Content-Disposition"] = "attachment; filename=receipt.json"
    return answer


def _own_transfers(way: str) -> Select[Crossing]:
    """Return the query of the crossings that the asker began: nobody else's are named, not even to admins."""
    query = select(Crossing).where(Crossing.way == way, Crossing.actor_id == current_actor().id)
    return query.order_by(Crossing.id.desc())


def _import_or_404(number: int) -> Crossing:
    found: Crossing | None = db.session().scalar(_own_transfers(IN).where(Crossing.id == number))
    return found if found is not None else abort(404)


def _export_screen(project: Project, *, errors: Mapping[str, str] | None = None) -> Response:
    actor = current_actor()
    _project, page = find.project_or_404(project.key, actor=actor)
    fresh = db.session().get_one(Project, project.id)
    members = find.members(project)
    mine = _own_transfers(OUT).where(Crossing.project_id == project.id).limit(LAST)
    return render(
        "transfer/project_export.html",
        status=422 if errors else 200,
        project=fresh,
        page=page,
        members=[one for one in members if actor.is_admin or one.user.id == actor.id],
        crossings=db.session().scalars(mine).all(),
        kept_days=jobs.KEPT_DAYS,
        errors=errors or {},
        typed=request.form.get("moved_to", "") if errors else fresh.moved_to,
    )


def _upload_screen(*, errors: Mapping[str, str] | None = None) -> Response:
    past: Sequence[Crossing] = db.session().scalars(_own_transfers(IN).limit(LAST)).all()
    return render(
        "transfer/project_upload.html",
        status=422 if errors else 200,
        past=past,
        errors=errors or {},
    )


def _import_screen(found: Crossing) -> Response:
    plan, problem = None, ""
    if found.state == DRAFT:
        try:
            plan = jobs.preview(found)
        except Invalid as error:
            problem = " ".join(error.errors.values())
    return render(
        "transfer/project_import.html",
        crossing=found,
        plan=plan,
        problem=problem,
        report=found.report,
    )
