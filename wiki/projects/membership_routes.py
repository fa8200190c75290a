"""Coming into a project and going out, in the browser: joining, requests, invitations."""

from __future__ import annotations

from flask import abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.http import Invalid, absolute_url, audience, render, see_other
from wiki.core.numbers import whole
from wiki.pages.models import Page
from wiki.projects import find, membership
from wiki.projects.blueprint import blueprint
from wiki.projects.labels import ROLE_MEANS, ROLE_WORDS
from wiki.projects.project_routes import people_screen, run_or_403
from wiki.projects.roles import set_role


@blueprint.post("/projects/<key>/join")
@audience("signed-in")
def join(key: str) -> Response:
    """Come into a project that one may see, or ask to."""
    project, page = find.project_or_404(key, actor=current_actor())
    try:
        is_in = membership.come_in(project, current_actor(), words=request.form.get("words", ""))
    except Invalid as error:
        flash(" ".join(error.errors.values()), "error")
    else:
        said = (
            _("Welcome aboard %(project)s.", project=project.title)
            if is_in
            else _("Your request is sent: its referents will answer by mail.")
        )
        flash(said, "success")
    return see_other(url_for("pages.show", name=page.name))


@blueprint.post("/projects/<key>/leave")
@audience("signed-in")
def leave(key: str) -> Response:
    """Go out of a project."""
    actor = current_actor()
    project, page = find.project_or_404(key, actor=actor)
    try:
        set_role(project, db.session().get_one(User, actor.id), "", by=actor)
    except Invalid as error:
        return people_screen(key, errors=error.errors)
    flash(_("You have left %(project)s.", project=project.title), "success")
    return see_other(
        url_for("pages.show", name=page.name)
        if project.visibility == "public"
        else url_for(".index")
    )


@blueprint.post("/projects/<key>/requests")
@audience("signed-in")
def answer_request(key: str) -> Response:
    """Let in who asked, or not."""
    project = run_or_403(key)
    user = people.find_user(request.form.get("name", ""))
    verdict = request.form.get("answer")
    if user is None or verdict not in ("yes", "no"):
        abort(400)
    try:
        words = request.form.get("words", "")
        membership.answer(project, user, accepted=verdict == "yes", by=current_actor(), words=words)
    except Invalid as error:
        return people_screen(key, errors=error.errors)
    flash(_("Done."), "success")
    return see_other(url_for(".members", key=key))


@blueprint.post("/projects/<key>/invitations")
@audience("signed-in")
def invite(key: str) -> Response:
    """Make a link of invitation and show it, this once."""
    project, form = run_or_403(key), request.form
    days = form.get("days", "14")
    try:
        token = membership.invite(
            project,
            by=current_actor(),
            role=form.get("role", "member"),
            days=whole(days, 0, digits=3),
            label=form.get("label", ""),
        )
    except Invalid as error:
        return people_screen(key, errors=error.errors)
    link = absolute_url(url_for(".invitation", token=token))
    return people_screen(key, link=link, status=201)


@blueprint.post("/projects/<key>/invitations/<token_hash>/revocation")
@audience("signed-in")
def revoke_invitation(key: str, token_hash: str) -> Response:
    """End a link of invitation."""
    if not membership.revoke(run_or_403(key), token_hash):
        abort(404)
    flash(_("This link opens nothing any more."), "success")
    return see_other(url_for(".members", key=key))


@blueprint.get("/projects/invitations/<token>")
@audience("anyone")
def invitation(token: str) -> Response:
    """Say what one is invited to, to whoever holds the link."""
    found = membership.invitation_of(token)
    if found is None:
        abort(404)
    invited, project = found
    page = db.session().get_one(Page, project.page_id)
    answer = render(
        "projects/invitation.html",
        token=token,
        invitation=invited,
        project=project,
        purpose=str(page.head.data.get("purpose", "")),
        role_words=ROLE_WORDS,
        role_means=ROLE_MEANS,
    )
    # What a secret address shows is for nobody else's cache, index or referrer.
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.post("/projects/invitations/<token>")
@audience("signed-in")
def accept_invitation(token: str) -> Response:
    """Come in by a link of invitation."""
    project = membership.accept(token, current_actor())
    if project is None:
        abort(404)
    flash(_("Welcome aboard %(project)s.", project=project.title), "success")
    return see_other(url_for("pages.show", name=project.key))
