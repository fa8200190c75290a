"""Signing in and out with a password. An unknown name and a wrong password get one answer."""

from __future__ import annotations

from flask import request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import demo_accounts, passwords, sessions
from wiki.accounts.models import User
from wiki.accounts.routes import form_input
from wiki.accounts.routes.blueprint import blueprint
from wiki.accounts.sign_in_steps import stops
from wiki.core import db, errors
from wiki.core.access import current_actor
from wiki.core.http import audience, render, safe_redirect, see_other
from wiki.core.limits import limit


@blueprint.get("/login")
@audience("anyone")
def sign_in() -> BaseResponse:
    """Ask who comes; someone already signed in goes on."""
    if not current_actor().is_anonymous:
        return _go_on()
    return _form()


@blueprint.post("/login")
@audience("anyone")
@limit("10/minute", by=form_input.by_address, counts=form_input.was_refused)
@limit("10/minute", by=form_input.by_account, counts=form_input.was_refused)
def enter() -> BaseResponse:
    """Sign a person in and send them where they were going."""
    user = form_input.person("name")
    if demo_accounts.is_refused(user, request.form.get("password", "")):
        return errors.answer(
            403, _("The demo accounts only open from the machine that runs the wiki.")
        )
    if not _is_proved(user) or user is None:
        return _form(422, error=_("This name and this password do not go together."))
    with db.write(quiet=True) as writing:
        sessions.end(writing)
        sessions.start(writing, user)
    session.permanent = "keep" in request.form
    return _go_on()


@blueprint.post("/logout")
@audience("anyone")
def sign_out() -> BaseResponse:
    """Sign this browser out."""
    with db.write(quiet=True) as writing:
        sessions.end(writing)
    return see_other(url_for("pages.home"))


def _is_proved(user: User | None) -> bool:
    known = user.password_hash if user and not user.disabled else ""
    return passwords.matches(request.form.get("password", ""), known)


def _form(status: int = 200, *, error: str = "") -> BaseResponse:
    target = request.values.get("next", "")
    return render(
        "accounts/sign_in.html",
        status=status,
        name=form_input.line("name"),
        keep="keep" in request.form or request.method == "GET",
        next=target,
        stops=stops(target),
        error=error,
        demo=demo_accounts.shown(),
    )


def _go_on() -> BaseResponse:
    return safe_redirect(request.values.get("next"), default=url_for("pages.home"))
