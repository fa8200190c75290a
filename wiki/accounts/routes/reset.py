"""A forgotten password: ask for a link by mail, then choose a new one. Asking gets the same answer
whether the account exists or not."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import mails, people, sessions
from wiki.accounts.routes import form_input
from wiki.accounts.routes.blueprint import blueprint
from wiki.core import db
from wiki.core.http import Invalid, absolute_url, audience, render, see_other
from wiki.core.limits import limit


@blueprint.get("/reset")
@audience("anyone")
def ask_reset() -> BaseResponse:
    """Ask whose password it is; `sent` says that a link is on its way."""
    return render("accounts/ask_reset.html", sent="sent" in request.args, name="", errors={})


@blueprint.post("/reset")
@audience("anyone")
@limit("10/minute", by=form_input.by_address)
@limit("10/hour", by=form_input.by_account)
def send_reset() -> BaseResponse:
    """Queue a mail with a link, and say so whoever was named."""
    name = form_input.line("name")
    if not name:
        errors = {"name": _("Type your name or your e-mail address.")}
        return render("accounts/ask_reset.html", status=422, sent=False, name="", errors=errors)
    with db.write(quiet=True) as session:
        mails.ask_link(session, name, door=door())
    return see_other(url_for("accounts.ask_reset", sent=1))


@blueprint.get("/reset/<token>")
@audience("anyone")
def reset(token: str) -> BaseResponse:
    """Ask for the new password, if the link is still good. Looking at it does not use it up."""
    return _form(token)


@blueprint.post("/reset/<token>")
@audience("anyone")
@limit("10/minute", by=form_input.by_address)
def choose_password(token: str) -> BaseResponse:
    """Set the new password, end every session and link of this person, and sign this browser in."""
    try:
        with db.write() as session:
            user = sessions.token_owner(token, "reset")
            if user is None:
                return _form(token)
            people.change_password(session, user, request.form.get("password", ""))
            sessions.start(session, user)
    except Invalid as invalid:
        return _form(token, invalid.errors)
    return see_other(url_for("pages.home"))


def door() -> str:
    """Return the absolute address under which reset links stand."""
    return absolute_url(url_for("accounts.ask_reset"))


def _form(token: str, errors: dict[str, str] | None = None) -> Response:
    user = sessions.token_owner(token, "reset")
    status = 404 if user is None else 422 if errors else 200
    answer = render(
        "accounts/reset.html", status=status, person=user, token=token, errors=errors or {}
    )
    # The address holds a secret: it goes to no other site, nor to any cache.
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer
