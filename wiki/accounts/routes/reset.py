"""Password reset: request a link by mail, then choose a new password.

The response to a request does not reveal whether the account exists.
"""

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
    """Show the form that requests a link; with `sent`, confirm that a link was sent."""
    return render("accounts/ask_reset.html", sent="sent" in request.args, name="", errors={})


@blueprint.post("/reset")
@audience("anyone")
@limit("10/minute", by=form_input.address_key)
@limit("10/hour", by=form_input.account_key)
def send_reset() -> BaseResponse:
    """Queue a mail with a link; answer the same for unknown names."""
    name = form_input.read_line("name")
    if not name:
        errors = {"name": _("Type your name or your e-mail address.")}
        return render("accounts/ask_reset.html", status=422, sent=False, name="", errors=errors)
    with db.write(quiet=True) as session:
        mails.queue_link_mail(session, name, door=reset_url())
    return see_other(url_for("accounts.ask_reset", sent=1))


@blueprint.get("/reset/<token>")
@audience("anyone")
def reset(token: str) -> BaseResponse:
    """Show the form for the new password if the link is valid. Opening the link does not use it up."""
    return _form(token)


@blueprint.post("/reset/<token>")
@audience("anyone")
@limit("10/minute", by=form_input.address_key)
def choose_password(token: str) -> BaseResponse:
    """Set the new password, end all sessions and links of this person, sign in this browser."""
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


def reset_url() -> str:
    """Return the absolute URL that reset tokens are appended to."""
    return absolute_url(url_for("accounts.ask_reset"))


def _form(token: str, errors: dict[str, str] | None = None) -> Response:
    user = sessions.token_owner(token, "reset")
    status = 404 if user is None else 422 if errors else 200
    response = render(
        "accounts/reset.html", status=status, person=user, token=token, errors=errors or {}
    )
    # The URL contains a secret: keep it out of referrers and caches.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response
