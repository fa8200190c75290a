"""Projects in the browser: the list of stations, their people, who may see them, their end."""

from __future__ import annotations

from flask import abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from wiki.accounts import people
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.projects import closure, create, departures_board, find, membership
from wiki.projects.blueprint import blueprint
from wiki.projects.labels import JOINING_WORDS, ROLE_MEANS, ROLE_WORDS, VISIBILITY_WORDS
from wiki.projects.models import ROLES, Project
from wiki.projects.roles import may_set, set_role
from wiki.projects.station_list import paged, station_list


@blueprint.get("/projects")
@audience("anyone")
def index() -> Response:
    """List the stations this reader may know of."""
    actor = current_actor()
    departures, where = departures_board.departures(actor, limit=12), paged(actor)
    listed = station_list(actor, where=where)
    return render("projects/index.html", departures=departures, paging=where, **listed)


@blueprint.get("/projects/<key>/people")
@audience("page")
def members(key: str) -> Response:
    """Show who is in a project; who runs it may change that here."""
    return people_screen(key)


@blueprint.post("/projects/<key>/people")
@audience("signed-in")
def set_member(key: str) -> Response:
    """Bring a person in, change their role, or take them out (an empty role)."""
    project = run_or_403(key)
    name, role = request.form.get("name", "").strip(), request.form.get("role", "")
    user = people.find_user(name)
    if user is None:
        return people_screen(key, errors={"name": _("Nobody has this name or e-mail here.")})
    if role not in (*ROLES, ""):
        abort(400)
    try:
        set_role(project, user, role, by=current_actor())
    except Invalid as error:
        return people_screen(key, errors=error.errors)
    flash(_("Done."), "success")
    return see_other(url_for(".members", key=key))


@blueprint.post("/projects/<key>/visibility")
@audience("signed-in")
def set_visibility(key: str) -> Response:
    """Open or close a project to the world, and say how people come in."""
    project = rule_or_403(key)
    visibility = request.form.get("visibility", project.visibility)
    joining = request.form.get("joining", project.joining)
    try:
        if visibility != project.visibility or visibility not in VISIBILITY_WORDS:
            create.change_visibility(project, visibility)
        if visibility != "discreet" and joining != project.joining:
            create.change_joining(project, joining)
    except Invalid as error:
        return people_screen(key, errors=error.errors)
    flash(_("Done."), "success")
    return see_other(url_for(".members", key=key))


@blueprint.post("/projects/<key>/end")
@audience("signed-in")
def end(key: str) -> Response:
    """Close a project, which becomes read only, or open it again."""
    project = rule_or_403(key)
    try:
        if request.form.get("action") == "reopen":
            closure.reopen(project)
        else:
            closure.close(project, by=current_actor(), successor=request.form.get("successor", ""))
    except Invalid as error:
        return people_screen(key, errors=error.errors)
    flash(_("Done."), "success")
    return see_other(url_for(".members", key=key))


def people_screen(
    key: str, *, errors: dict[str, str] | None = None, link: str = "", status: int = 0
) -> Response:
    """Answer with the people of a project; `link` is an invitation just made, shown this once."""
    actor = current_actor()
    project, page = find.project_or_404(key, actor=actor)
    may_run = find.may_run(project, actor)
    own = find.role_in(project, actor)
    return render(
        "projects/people.html",
        status=status or (422 if errors else 200),
        project=project,
        page=page,
        members=find.members(project),
        own_role=own,
        may_run=may_run,
        may_rule=find.may_rule(project, actor),
        may_set=lambda before, after: may_set(own, before, after),
        asking=membership.asking(project) if may_run else (),
        invitations=membership.invitations(project) if may_run else (),
        days=membership.DAYS,
        link=link,
        roles=ROLES,
        role_words=ROLE_WORDS,
        role_means=ROLE_MEANS,
        visibilities=list(VISIBILITY_WORDS.items()),
        joinings=list(JOINING_WORDS.items()),
        errors=errors or {},
        typed=request.form.get("name", "") if errors else "",
    )


def run_or_403(key: str) -> Project:
    """Return a project that the asker runs. Aborts 404, 403."""
    project, _page = find.project_or_404(key, actor=current_actor())
    if not find.may_run(project, current_actor()):
        abort(403)
    return project


def rule_or_403(key: str) -> Project:
    """Return a project that the asker answers for. Aborts 404, 403."""
    project = run_or_403(key)
    if not find.may_rule(project, current_actor()):
        abort(403)
    return project
