"""Sign-up. With a mail server, a link confirms the e-mail address, and the response does not reveal
whether the address already has an account; without one, the account is usable at once."""

from __future__ import annotations

import secrets
from typing import TypedDict

from flask import current_app, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import mails, passwords, people, sessions
from wiki.accounts.models import User
from wiki.accounts.routes import form_input
from wiki.accounts.routes.blueprint import blueprint
from wiki.accounts.routes.reset import reset_url
from wiki.core import db, i18n, settings
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, safe_redirect, see_other
from wiki.core.limits import limit

HONEYPOT = "website"
"""Form field hidden from people: only a robot fills it in."""


class NewAccount(TypedDict):
    """The submitted fields of a new account, apart from its password."""

    name: str
    email: str
    display_name: str
    lang: str


@blueprint.get("/signup")
@audience("anyone")
def sign_up() -> BaseResponse:
    """Show the sign-up form; redirect a person who is already signed in."""
    if not current_actor().is_anonymous:
        return safe_redirect(request.args.get("next"), default=url_for("pages.home"))
    return _form(200 if settings.get("sign_up") else 403)


@blueprint.post("/signup")
@audience("anyone")
@limit("10/minute;60/hour", by=form_input.address_key)
def make_account() -> BaseResponse:
    """Create the account, or send the mail that confirms its address."""
    if not settings.get("sign_up"):
        return _form(403)
    if request.form.get(HONEYPOT):
        return see_other(url_for("pages.home"))
    try:
        return _create_by_mail() if confirms_by_mail() else _create_at_once()
    except Invalid as invalid:
        return _form(422, invalid.errors)


def confirms_by_mail() -> bool:
    """Return whether a mail confirms the address of a new account: this needs a mail server."""
    return bool(current_app.config["GARE"].smtp_host)


def _create_at_once() -> BaseResponse:
    with db.write() as session:
        user = people.add_user(
            session, password=request.form.get("password", ""), **_submitted_account()
        )
        sessions.end(session)
        sessions.start(session, user)
    return safe_redirect(request.form.get("next"), default=url_for("pages.home"))


def _create_by_mail() -> BaseResponse:
    account = _submitted_account()
    with db.write() as session:
        letter = "welcome" if _add_unless_known(account) else "known"
        mails.queue_link_mail(session, account["email"], door=reset_url(), letter=letter)
    return see_other(url_for("accounts.sign_up", sent=1))


def _add_unless_known(account: NewAccount) -> User | None:
    """Create a person with a random password; return None if only the address is already in use."""
    password = secrets.token_urlsafe(32)
    try:
        return people.add_user(db.session(), password=password, **account)
    except Invalid as invalid:
        if people.find_user(account["email"]) is None:
            raise
        other_errors = {
            field: message for field, message in invalid.errors.items() if field != "email"
        }
        if other_errors:
            raise Invalid(**other_errors) from invalid
        # Hash anyway: a fast response would reveal that the address has an account.
        passwords.hash_password(password)
        return None


def _submitted_account() -> NewAccount:
    return {
        "name": request.form.get("name", "")[: 2 * form_input.MAX_LENGTH],
        "email": request.form.get("email", "")[: 2 * form_input.MAX_LENGTH],
        "display_name": form_input.read_line("display_name"),
        "lang": i18n.language(),
    }


def _form(status: int, errors: dict[str, str] | None = None) -> BaseResponse:
    return render(
        "accounts/sign_up.html",
        status=status,
        is_open=settings.get("sign_up"),
        by_mail=confirms_by_mail(),
        sent="sent" in request.args,
        trap=HONEYPOT,
        typed={field: form_input.read_line(field) for field in ("name", "display_name", "email")},
        next=request.values.get("next", ""),
        errors=errors or {},
    )
