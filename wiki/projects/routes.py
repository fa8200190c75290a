"""Projects in the browser: the list of stations, joining and leaving, the people and who may see."""

from __future__ import annotations

from flask import Blueprint, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from wiki.accounts import people
from wiki.accounts.models import Group, Membership, User
from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.projects import board, find, make
from wiki.projects.listing import station_list
from wiki.projects.models import ROLES, VISIBILITIES, Project

blueprint = Blueprint("projects", __name__, url_prefix="/-/projects")


@blueprint.get("")
@audience("anyone")
def index() -> Response:
    """List the stations this reader may know of."""
    actor = current_actor()
    departures = board.departures(actor, limit=12)
    return render("projects/index.html", departures=departures, **station_list(actor))


@blueprint.post("/<key>/join")
@audience("signed-in")
def join(key: str) -> Response:
    """Come into a project that one may see."""
    actor = current_actor()
    project, page = find.project_or_404(key, actor=actor)
    with db.write() as session:
        group = session.get_one(Group, project.group_id)
        # Who is in already keeps their role.
        if session.get(Membership, (group.id, actor.id)) is None:
            people.join(session, group.name, session.get_one(User, actor.id), role="member")
    flash(_("Welcome aboard %(project)s.", project=project.title), "success")
    return see_other(url_for("pages.show", name=page.name))


@blueprint.post("/<key>/leave")
@audience("signed-in")
def leave(key: str) -> Response:
    """Go out of a project."""
    actor = current_actor()
    project, page = find.project_or_404(key, actor=actor)
    try:
        _set_role(project, actor.id, "")
    except Invalid as error:
        return _members(key, errors=error.errors)
    flash(_("You have left %(project)s.", project=project.title), "success")
    return see_other(
        url_for("pages.show", name=page.name)
        if project.visibility == "public"
        else url_for(".index")
    )


@blueprint.get("/<key>/people")
@audience("page")
def members(key: str) -> Response:
    """Show who is in a project; who runs it may change that here."""
    return _members(key)


@blueprint.post("/<key>/people")
@audience("signed-in")
def set_member(key: str) -> Response:
    """Bring a person in, change their role, or take them out (an empty role)."""
    project = _run_or_403(key)
    name, role = request.form.get("name", "").strip(), request.form.get("role", "")
    user = people.find_user(name)
    if user is None:
        return _members(key, errors={"name": _("Nobody has this name or e-mail here.")}, typed=name)
    if role not in (*ROLES, ""):
        abort(400)
    try:
        _set_role(project, user.id, role)
    except Invalid as error:
        return _members(key, errors=error.errors, typed=name)
    flash(_("Done."), "success")
    return see_other(url_for(".members", key=key))


@blueprint.post("/<key>/visibility")
@audience("signed-in")
def set_visibility(key: str) -> Response:
    """Open or close a project to the world."""
    project = _run_or_403(key)
    try:
        make.change_visibility(project, request.form.get("visibility", ""))
    except Invalid as error:
        return _members(key, errors=error.errors)
    flash(_("Done."), "success")
    return see_other(url_for(".members", key=key))


def _members(key: str, *, errors: dict[str, str] | None = None, typed: str = "") -> Response:
    project, page = find.project_or_404(key, actor=current_actor())
    return render(
        "projects/people.html",
        status=422 if errors else 200,
        project=project,
        page=page,
        members=find.members(project),
        may_run=find.may_run(project, current_actor()),
        visibilities=VISIBILITIES,
        roles=ROLES,
        errors=errors or {},
        typed=typed,
    )


def _run_or_403(key: str) -> Project:
    project, _page = find.project_or_404(key, actor=current_actor())
    if not find.may_run(project, current_actor()):
        abort(403)
    return project


def _set_role(project: Project, user_id: int | None, role: str) -> None:
    """Give a person a role, or take them out (an empty one). Raises Invalid for the last referent."""
    with db.write() as session:
        group, user = session.get_one(Group, project.group_id), session.get_one(User, user_id)
        if role:
            people.join(session, group.name, user, role=role)
        else:
            people.leave(session, group, user)
        if not any(member.role == "referent" for member in find.members(project)):
            raise Invalid(role=_("A project keeps at least one referent."))
