"""The screen that takes back the changes of one person, or of those without account."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, flash, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.routes import typed
from wiki.admin import taking_back
from wiki.admin.routes.blueprint import blueprint
from wiki.core import db, i18n
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, see_other


@blueprint.get("/admin/changes")
@audience("admin")
def ask_changes() -> Response:
    """Ask whose changes, and since when; show what taking them back would do."""
    if "since" not in request.args:
        since = i18n.local(db.utcnow() - timedelta(days=1))
        return _screen(typed.clean(request.args.get("who", "")), f"{since:%Y-%m-%dT%H:%M}")
    who, since_typed = (typed.clean(request.args.get(name, "")) for name in ("who", "since"))
    try:
        user, since = taking_back.asked(who, since_typed)
    except Invalid as invalid:
        return _screen(who, since_typed, status=422, errors=invalid.errors)
    return _screen(who, since_typed, steps=taking_back.plan(user, since, actor=current_actor()))


@blueprint.post("/admin/changes")
@audience("admin")
def take_changes_back() -> BaseResponse:
    """Take the changes back, and tell how many pages are as before."""
    who, since_typed = typed.line("who"), typed.line("since")
    try:
        user, since = taking_back.asked(who, since_typed)
    except Invalid as invalid:
        return _screen(who, since_typed, status=422, errors=invalid.errors)
    actor = current_actor()
    done, left = taking_back.take_back(taking_back.plan(user, since, actor=actor), actor=actor)
    flash(
        ngettext("%(num)s page is as before.", "%(num)s pages are as before.", len(done)), "success"
    )
    if left:
        said = (
            "%(num)s page is left as it is: look at it.",
            "%(num)s pages are left as they are: look at them.",
        )
        flash(ngettext(*said, len(left)), "info")
    return see_other(url_for("admin.ask_changes", who=who, since=since_typed))


def _screen(
    who: str,
    since: str,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    steps: list[taking_back.Step] | None = None,
) -> Response:
    answer = render(
        "admin/changes.html",
        who=who,
        since=since,
        errors=errors or {},
        steps=steps,
        todo=[step for step in steps or [] if step.to is not None],
        left=[step for step in steps or [] if step.to is None],
        most=taking_back.MOST,
    )
    answer.status_code = status
    return answer
