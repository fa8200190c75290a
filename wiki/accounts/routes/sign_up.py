"""Making an account. With a mail server the address is proved by a link, and the answer is the same
when it already has an account; without one the account opens at once."""

from __future__ import annotations

import secrets
from typing import Any

from flask import current_app, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import mails, passwords, people, sessions
from wiki.accounts.models import User
from wiki.accounts.routes import form_input
from wiki.accounts.routes.blueprint import blueprint
from wiki.accounts.routes.reset import door
from wiki.core import db, i18n, settings
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, safe_redirect, see_other
from wiki.core.limits import limit

TRAP = "website"
"""A field that people do not see: what fills it is a program."""


@blueprint.get("/signup")
@audience("anyone")
def sign_up() -> BaseResponse:
    """Ask who wants an account; someone already signed in goes on."""
    if not current_actor().is_anonymous:
        return safe_redirect(request.args.get("next"), default=url_for("pages.home"))
    return _form(200 if settings.get("sign_up") else 403)


@blueprint.post("/signup")
@audience("anyone")
@limit("10/minute;60/hour", by=form_input.by_address)
def make_account() -> BaseResponse:
    """Make the account, or send the letter that makes sure of the address."""
    if not settings.get("sign_up"):
        return _form(403)
    if request.form.get(TRAP):
        return see_other(url_for("pages.home"))
    try:
        return _by_mail() if is_by_mail() else _at_once()
    except Invalid as invalid:
        return _form(422, invalid.errors)


def is_by_mail() -> bool:
    """Answer whether addresses can be proved: without a mail server no letter would arrive."""
    return bool(current_app.config["GARE"].smtp_host)


def _at_once() -> BaseResponse:
    with db.write() as session:
        user = people.add_user(session, password=request.form.get("password", ""), **_asked())
        sessions.end(session)
        sessions.start(session, user)
    return safe_redirect(request.form.get("next"), default=url_for("pages.home"))


def _by_mail() -> BaseResponse:
    asked = _asked()
    with db.write() as session:
        letter = "welcome" if _add_silently(asked) else "known"
        mails.ask_link(session, asked["email"], door=door(), letter=letter)
    return see_other(url_for("accounts.sign_up", sent=1))


def _add_silently(asked: dict[str, Any]) -> User | None:
    """Add a person with a password nobody knows, or no one when only the address is taken."""
    password = secrets.token_urlsafe(32)
    try:
        return people.add_user(db.session(), password=password, **asked)
    except Invalid as invalid:
        if people.find_user(asked["email"]) is None:
            raise
        others = {field: message for field, message in invalid.errors.items() if field != "email"}
        if others:
            raise Invalid(**others) from invalid
        # Hashing is what makes an account slow to add: an address that is known takes as long.
        passwords.hashed(password)
        return None


def _asked() -> dict[str, Any]:
    raw: dict[str, Any] = {
        field: request.form.get(field, "")[: 2 * form_input.LONGEST] for field in ("name", "email")
    }
    return raw | {"display_name": form_input.line("display_name"), "lang": i18n.language()}


def _form(status: int, errors: dict[str, str] | None = None) -> BaseResponse:
    return render(
        "accounts/sign_up.html",
        status=status,
        is_open=settings.get("sign_up"),
        by_mail=is_by_mail(),
        sent="sent" in request.args,
        trap=TRAP,
        typed={field: form_input.line(field) for field in ("name", "display_name", "email")},
        next=request.values.get("next", ""),
        errors=errors or {},
    )
