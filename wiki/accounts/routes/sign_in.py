"""Sign-in and sign-out. Unknown names and wrong passwords get the same response."""

from __future__ import annotations

from flask import request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import demo_accounts, passwords, sessions
from wiki.accounts.models import User
from wiki.accounts.routes import form_input
from wiki.accounts.routes.blueprint import blueprint
from wiki.accounts.sign_in_steps import sign_in_steps
from wiki.core import db, errors
from wiki.core.access import current_actor
from wiki.core.http import audience, render, safe_redirect, see_other
from wiki.core.limits import limit


@blueprint.get("/login")
@audience("anyone")
def sign_in() -> BaseResponse:
    """Show the sign-in form; redirect a person who is already signed in."""
    if not current_actor().is_anonymous:
        return _redirect_next()
    return _form()


@blueprint.post("/login")
@audience("anyone")
@limit("10/minute", by=form_input.address_key, counts=form_input.is_failed_attempt)
@limit("10/minute", by=form_input.account_key, counts=form_input.is_failed_attempt)
def enter() -> BaseResponse:
    """Sign a person in and redirect to the page they came for."""
    user = form_input.find_person("name")
    if demo_accounts.refuses_password(user, request.form.get("password", "")):
        return errors.answer(
            403, _("The demo accounts only open from the machine that runs the wiki.")
        )
    if not _is_authenticated(user) or user is None:
        return _form(422, error=_("This name and this password do not go together."))
    with db.write(quiet=True) as write_session:
        sessions.end(write_session)
        sessions.start(write_session, user)
    session.permanent = "keep" in request.form
    return _redirect_next()


@blueprint.post("/logout")
@audience("anyone")
def sign_out() -> BaseResponse:
    """Sign this browser out."""
    with db.write(quiet=True) as write_session:
        sessions.end(write_session)
    return see_other(url_for("pages.home"))


def _is_authenticated(user: User | None) -> bool:
    password_hash = user.password_hash if user and not user.disabled else ""
    return passwords.matches(request.form.get("password", ""), password_hash)


def _form(status: int = 200, *, error: str = "") -> BaseResponse:
    target = request.values.get("next", "")
    return render(
        "accounts/sign_in.html",
        status=status,
        name=form_input.read_line("name"),
        keep="keep" in request.form or request.method == "GET",
        next=target,
        stops=sign_in_steps(target),
        error=error,
        demo=demo_accounts.visible_accounts(),
    )


def _redirect_next() -> BaseResponse:
    return safe_redirect(request.values.get("next"), default=url_for("pages.home"))
