"""The rollback screens: preview the changes of a person or without account, then queue the rollback."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Response, abort, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.models import User
from wiki.accounts.routes import form_input
from wiki.admin.models import Rollback
from wiki.admin.rollback import job, pages
from wiki.admin.routes.blueprint import blueprint
from wiki.core import db, i18n
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, see_other


@blueprint.get("/admin/changes")
@audience("admin")
def ask_changes() -> Response:
    """Show the form, and with `since` in the query, a preview of the rollback."""
    if "since" not in request.args:
        since = i18n.local(db.utcnow() - timedelta(days=1))
        return _screen(form_input.clean_line(request.args.get("who", "")), _input_value(since))
    who, since_typed = (
        form_input.clean_line(request.args.get(name, "")) for name in ("who", "since")
    )
    try:
        user, since = job.parse_request(who, since_typed)
    except Invalid as invalid:
        return _screen(who, since_typed, status=422, errors=invalid.errors)
    plan = job.make_plan(user, since, actor=current_actor())
    return _screen(who, since_typed, plan=plan, user=user)


@blueprint.post("/admin/changes")
@audience("admin")
def take_changes_back() -> BaseResponse:
    """Queue the rollback and redirect to its progress."""
    who, since_typed = form_input.read_line("who"), form_input.read_line("since")
    try:
        user, since = job.parse_request(who, since_typed)
    except Invalid as invalid:
        return _screen(who, since_typed, status=422, errors=invalid.errors)
    actor = current_actor()
    total = job.make_plan(user, since, actor=actor).total
    rollback = job.begin(user, since, total=total, actor=actor)
    return see_other(url_for("admin.show_changes", number=rollback.id))


@blueprint.get("/admin/changes/<int:number>")
@audience("admin")
def show_changes(number: int) -> Response:
    """Show the progress of a rollback, then its report."""
    rollback = db.session().get(Rollback, number) or abort(404)
    user = db.session().get(User, rollback.who_id) if rollback.who_id else None
    # Link back to the same query, so that the preview shows what was left alone.
    return render(
        "admin/rollback_progress.html",
        rollback=rollback,
        user=user,
        report=rollback.report,
        who=user.name if user else "",
        since=_input_value(i18n.local(rollback.since)),
    )


def _input_value(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"


def _screen(
    who: str,
    since: str,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    plan: job.Plan | None = None,
    user: User | None = None,
) -> Response:
    return render(
        "admin/rollback.html",
        status=status,
        who=who,
        since=since,
        errors=errors or {},
        plan=plan,
        user=user,
        most=pages.MOST,
    )
