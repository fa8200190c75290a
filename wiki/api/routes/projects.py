"""Projects: their list, one made or changed, its people and its invitations."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, url_for
from sqlalchemy import func, select

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.api import arguments, body
from wiki.api.contract import limit, offset, operation
from wiki.api.documents import moment
from wiki.api.routes.blueprint import blueprint
from wiki.api.schemas import BIGGEST
from wiki.core import db, i18n
from wiki.core.access import current_actor
from wiki.core.http import Invalid, absolute_url, audience
from wiki.pages import throttle
from wiki.projects import closure, create, find, membership, templates
from wiki.projects.models import Invitation, Project
from wiki.projects.roles import set_role

Document = dict[str, Any]
DEFAULT = "association"


@blueprint.get("/projects")
@operation(
    "List the projects one may know of, by title",
    {200: "Projects"},
    arguments=(limit(50, 200), offset(BIGGEST)),
)
@audience("page")
def list_projects() -> Response:
    """List the projects one may know of."""
    count, skip = arguments.window()
    seen = find.listed(current_actor())
    total = db.session().scalar(select(func.count()).select_from(seen.subquery())) or 0
    found = seen.with_only_columns(Project).order_by(Project.title, Project.id)
    projects = db.session().scalars(found.limit(count).offset(skip)).all()
    counts = find.member_counts(projects)
    return jsonify(total=total, items=[_document(one, counts.get(one.id, 0)) for one in projects])


@blueprint.post("/projects")
@operation("Make a project with its station", {201: "Project"}, takes="NewProject")
@audience("signed-in")
def make_project() -> tuple[Response, int, dict[str, str]]:
    """Make a project; who asks becomes its referent."""
    asked = body.read("NewProject")
    throttle.count_save()
    key = asked.pop("template", DEFAULT)
    chosen = {one.key: one for one in templates.every_template(i18n.language())}.get(key)
    if chosen is None:
        raise Invalid(template=f"There is no template called {key}.")
    blocks, stages = templates.blocks_of(chosen), list(chosen.stages)
    plan = create.Plan(**asked, blocks=blocks, stages=stages, greeting=chosen.greeting)
    page = create.make(plan, author=current_actor())
    project = db.session().get_one(Project, page.project_id)
    address = url_for("api.read_project", key=project.key)
    return jsonify(_document(project, 1)), 201, {"Location": address}


@blueprint.get("/projects/<key>", merge_slashes=False)
@operation("Read a project", {200: "Project"})
@audience("page")
def read_project(key: str) -> Response:
    """Give a project; its station is a page."""
    project = _project(key)
    return jsonify(_document(project, len(find.members(project))))


@blueprint.patch("/projects/<key>", merge_slashes=False)
@operation(
    "Change a project: who sees it, how one joins, its end", {200: "Project"}, takes="ProjectChange"
)
@audience("signed-in")
def change_project(key: str) -> Response:
    """Change what is given, as a referent."""
    asked, project = body.read("ProjectChange"), _project(key)
    if not find.may_rule(project, current_actor()):
        abort(403)
    throttle.count_save()
    with db.write():
        _change(project, asked)
    changed = db.session().get_one(Project, project.id)
    return jsonify(_document(changed, len(find.members(changed))))


@blueprint.get("/projects/<key>/people", merge_slashes=False)
@operation("List the people of a project", {200: "People"})
@audience("page")
def list_people(key: str) -> Response:
    """List the people of a project; their sign-in names are for who runs it."""
    project = _project(key)
    named = find.may_run(project, current_actor())
    found = find.members(project)
    return jsonify(total=len(found), items=[_person(one, named=named) for one in found])


@blueprint.put("/projects/<key>/people/<name>", merge_slashes=False)
@operation("Bring a person in, or change their role", {200: "Person"}, takes="RoleChange")
@audience("signed-in")
def put_person(key: str, name: str) -> Response:
    """Give a person a role in a project."""
    role, project = body.read("RoleChange")["role"], _run(key)
    throttle.count_save()
    user = _user(name)
    set_role(project, user, role, by=current_actor())
    found = next(one for one in find.members(project) if one.user.id == user.id)
    return jsonify(_person(found, named=True))


@blueprint.delete("/projects/<key>/people/<name>", merge_slashes=False)
@operation("Take a person out of a project", {204: ""}, problems=(422,))
@audience("signed-in")
def delete_person(key: str, name: str) -> Response:
    """Take a person out of a project."""
    project = _run(key)
    throttle.count_save()
    set_role(project, _user(name), "", by=current_actor())
    return Response(status=204)


@blueprint.get("/projects/<key>/invitations", merge_slashes=False)
@operation("List the links of invitation that are open", {200: "Invitations"}, problems=(403,))
@audience("page")
def list_invitations(key: str) -> Response:
    """List the links that still let people in, for who runs the project."""
    found = membership.invitations(_run(key))
    return jsonify(total=len(found), items=[_invitation(one) for one in found])


@blueprint.post("/projects/<key>/invitations", merge_slashes=False)
@operation(
    "Make a link of invitation, told this once", {201: "InvitationMade"}, takes="NewInvitation"
)
@audience("signed-in")
def make_invitation(key: str) -> tuple[Response, int]:
    """Make a link of invitation."""
    asked, project = body.read("NewInvitation"), _run(key)
    throttle.count_save()
    token = membership.invite(project, by=current_actor(), **asked)
    return jsonify(url=absolute_url(url_for("projects.invitation", token=token))), 201


@blueprint.delete("/projects/<key>/invitations/<id>", merge_slashes=False)
@operation("End a link of invitation", {204: ""})
@audience("signed-in")
def delete_invitation(key: str, id: str) -> Response:
    """End a link of invitation."""
    if not membership.revoke(_run(key), id):
        abort(404)
    return Response(status=204)


def _change(project: Project, asked: Document) -> None:
    if "visibility" in asked:
        create.change_visibility(project, asked["visibility"])
    if "joining" in asked:
        create.change_joining(db.session().get_one(Project, project.id), asked["joining"])
    if asked.get("closed") is False:
        closure.reopen(project)
    elif asked.get("closed") or asked.get("successor"):
        closure.close(project, by=current_actor(), successor=asked.get("successor", ""))


def _project(key: str) -> Project:
    return find.project_or_404(key, actor=current_actor())[0]


def _run(key: str) -> Project:
    project = _project(key)
    if not find.may_run(project, current_actor()):
        abort(403)
    return project


def _user(name: str) -> User:
    return people.find_user(name) or abort(404)


def _document(project: Project, count: int) -> Document:
    return {
        "key": project.key,
        "title": project.title,
        "station": project.key,
        "visibility": project.visibility,
        "joining": project.joining,
        "closed_at": moment(project.closed_at) if project.closed_at else "",
        "successor": project.successor,
        "people": count,
    }


def _person(member: find.Member, *, named: bool) -> Document:
    return {
        "name": member.user.name if named else "",
        "shown_name": member.user.shown_name,
        "role": member.role,
        "since": moment(member.since),
    }


def _invitation(one: Invitation) -> Document:
    return {
        "id": one.token_hash,
        "role": one.role,
        "label": one.label,
        "used": one.used,
        "expires_at": moment(one.expires_at),
    }
