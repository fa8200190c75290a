"""Projects: list, create, change, members, invitations."""

from __future__ import annotations

from flask import Response, abort, jsonify, url_for
from sqlalchemy import func, select

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.api import arguments, body
from wiki.api.contract import limit, offset, operation
from wiki.api.documents import Document, moment
from wiki.api.routes.blueprint import blueprint
from wiki.api.schemas import BIGGEST
from wiki.core import db, i18n
from wiki.core.access import current_actor
from wiki.core.http import Invalid, absolute_url, audience
from wiki.pages import throttle
from wiki.projects import closure, create, find, membership, templates
from wiki.projects.models import Invitation, Project
from wiki.projects.roles import set_role

DEFAULT = "association"


@blueprint.get("/projects")
@operation(
    "List the projects one may know of, by title",
    {200: "Projects"},
    arguments=(limit(50, 200), offset(BIGGEST)),
)
@audience("page")
def list_projects() -> Response:
    """List the projects that the actor may know of."""
    count, skip = arguments.window()
    visible = find.listed(current_actor())
    total = db.session().scalar(select(func.count()).select_from(visible.subquery())) or 0
    query = visible.with_only_columns(Project).order_by(Project.title, Project.id)
    projects = db.session().scalars(query.limit(count).offset(skip)).all()
    counts = find.member_counts(projects)
    return jsonify(
        total=total, items=[_document(project, counts.get(project.id, 0)) for project in projects]
    )


@blueprint.post("/projects")
@operation("Make a project with its station", {201: "Project"}, takes="NewProject")
@audience("signed-in")
def make_project() -> tuple[Response, int, dict[str, str]]:
    """Create a project; the actor becomes its referent."""
    payload = body.read("NewProject")
    throttle.count_save()
    key = payload.pop("template", DEFAULT)
    template = {one.key: one for one in templates.every_template(i18n.language())}.get(key)
    if template is None:
        raise Invalid(template=f"There is no template called {key}.")
    blocks, stages = templates.blocks_of(template), list(template.stages)
    plan = create.Plan(**payload, blocks=blocks, stages=stages, greeting=template.greeting)
    page = create.make(plan, author=current_actor())
    project = db.session().get_one(Project, page.project_id)
    address = url_for("api.read_project", key=project.key)
    return jsonify(_document(project, 1)), 201, {"Location": address}


@blueprint.get("/projects/<key>", merge_slashes=False)
@operation("Read a project", {200: "Project"})
@audience("page")
def read_project(key: str) -> Response:
    """Return a project; its station is a page."""
    project = _project(key)
    return jsonify(_document(project, len(find.members(project))))


@blueprint.patch("/projects/<key>", merge_slashes=False)
@operation(
    "Change a project: who sees it, how one joins, its end", {200: "Project"}, takes="ProjectChange"
)
@audience("signed-in")
def change_project(key: str) -> Response:
    """Change a project, as its referent."""
    payload, project = body.read("ProjectChange"), _project(key)
    if not find.may_rule(project, current_actor()):
        abort(403)
    throttle.count_save()
    with db.write():
        _change(project, payload)
    project_now = db.session().get_one(Project, project.id)
    return jsonify(_document(project_now, len(find.members(project_now))))


@blueprint.get("/projects/<key>/people", merge_slashes=False)
@operation("List the people of a project", {200: "People"})
@audience("page")
def list_people(key: str) -> Response:
    """List the members of a project; only those who run it see sign-in names."""
    project = _project(key)
    shows_names = find.may_run(project, current_actor())
    members = find.members(project)
    return jsonify(
        total=len(members), items=[_person(member, named=shows_names) for member in members]
    )


@blueprint.put("/projects/<key>/people/<name>", merge_slashes=False)
@operation("Bring a person in, or change their role", {200: "Person"}, takes="RoleChange")
@audience("signed-in")
def put_person(key: str, name: str) -> Response:
    """Set the role of a person in a project."""
    role, project = body.read("RoleChange")["role"], _project_to_run(key)
    throttle.count_save()
    user = _user(name)
    set_role(project, user, role, by=current_actor())
    member = next(member for member in find.members(project) if member.user.id == user.id)
    return jsonify(_person(member, named=True))


@blueprint.delete("/projects/<key>/people/<name>", merge_slashes=False)
@operation("Take a person out of a project", {204: ""}, problems=(422,))
@audience("signed-in")
def delete_person(key: str, name: str) -> Response:
    """Remove a person from a project."""
    project = _project_to_run(key)
    throttle.count_save()
    set_role(project, _user(name), "", by=current_actor())
    return Response(status=204)


@blueprint.get("/projects/<key>/invitations", merge_slashes=False)
@operation("List the links of invitation that are open", {200: "Invitations"}, problems=(403,))
@audience("page")
def list_invitations(key: str) -> Response:
    """List the valid invitations, for those who run the project."""
    invitations = membership.invitations(_project_to_run(key))
    return jsonify(
        total=len(invitations), items=[_invitation(invitation) for invitation in invitations]
    )


@blueprint.post("/projects/<key>/invitations", merge_slashes=False)
@operation(
    "Make a link of invitation, told this once", {201: "InvitationMade"}, takes="NewInvitation"
)
@audience("signed-in")
def make_invitation(key: str) -> tuple[Response, int]:
    """Create an invitation link."""
    payload, project = body.read("NewInvitation"), _project_to_run(key)
    throttle.count_save()
    token = membership.invite(project, by=current_actor(), **payload)
    return jsonify(url=absolute_url(url_for("projects.invitation", token=token))), 201


@blueprint.delete("/projects/<key>/invitations/<id>", merge_slashes=False)
@operation("End a link of invitation", {204: ""})
@audience("signed-in")
def delete_invitation(key: str, id: str) -> Response:
    """Revoke an invitation link."""
    if not membership.revoke(_project_to_run(key), id):
        abort(404)
    return Response(status=204)


def _change(project: Project, payload: Document) -> None:
    if "visibility" in payload:
        create.change_visibility(project, payload["visibility"])
    if "joining" in payload:
        create.change_joining(db.session().get_one(Project, project.id), payload["joining"])
    if payload.get("closed") is False:
        closure.reopen(project)
    elif payload.get("closed") or payload.get("successor"):
        closure.close(project, by=current_actor(), successor=payload.get("successor", ""))


def _project(key: str) -> Project:
    return find.project_or_404(key, actor=current_actor())[0]


def _project_to_run(key: str) -> Project:
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


def _invitation(invitation: Invitation) -> Document:
    return {
        "id": invitation.token_hash,
        "role": invitation.role,
        "label": invitation.label,
        "used": invitation.used,
        "expires_at": moment(invitation.expires_at),
    }
