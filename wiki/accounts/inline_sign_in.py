"""Sign-in inside another form: one button signs in and sends the form, so no text is lost."""

from __future__ import annotations

from flask import g, request
from flask_babel import gettext as _
from limits import parse

from wiki.accounts import demo_accounts, passwords, people, sessions
from wiki.accounts.routes import form_input
from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.limits import hit, is_under, remote_address

NAME, PASSWORD, UNSIGNED = "sign_in_name", "sign_in_password", "unsigned"
REFUSALS = parse("10 per minute")


def sign_in() -> str:
    """Sign in with the two fields of the current form; return an error message, "" without error."""
    name = form_input.read_line(NAME)
    if not name or UNSIGNED in request.form or not current_actor().is_anonymous:
        return ""
    user, password = people.find_user(name), request.form.get(PASSWORD, "")
    limit_keys = [f"on the spot {remote_address()}", f"on the spot of {user.id if user else name}"]
    if not all(is_under(REFUSALS, key) for key in limit_keys):
        return _("Too many tries: wait a minute, your text stays here.")
    password_hash = user.password_hash if user and not user.disabled else ""
    if (
        user is None
        or demo_accounts.refuses_password(user, password)
        or not passwords.matches(password, password_hash)
    ):
        for key in limit_keys:
            hit(REFUSALS, key)
        return _("This name and this password do not go together.")
    with db.write(quiet=True) as writing:
        sessions.end(writing)
        sessions.start(writing, user)
    g.actor, g.person_lang = people.actor_of(user), user.lang
    return ""
