"""A person's own account: who they are, their password, their sessions."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, g, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import mails, passwords, people, sessions
from wiki.accounts.models import SignIn, Token, User
from wiki.accounts.routes import form_input
from wiki.accounts.routes.blueprint import blueprint
from wiki.core import db, i18n
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.core.limits import limit


@blueprint.get("/profile")
@audience("signed-in")
def profile() -> BaseResponse:
    """Show a person their account."""
    return form()


@blueprint.post("/profile")
@audience("signed-in")
@limit("10/minute", by=form_input.by_address, counts=form_input.was_refused)
def save_profile() -> BaseResponse:
    """Keep who a person is; a new e-mail address wants the password, and the former one is told."""
    lang = request.form.get("lang", "")
    try:
        with db.write():
            user = me()
            if form_input.line("email") != user.email:
                _change_email(user, form_input.line("email"))
            user.display_name = form_input.line("display_name")[:80]
            user.lang = lang if lang in i18n.LANGUAGES else ""
            user.visual = "visual" in request.form
    except Invalid as invalid:
        return form(422, invalid.errors)
    with force_locale(user.lang or i18n.language()):
        flash(_("Your profile is saved."), "success")
    return see_other(url_for("accounts.profile"))


@blueprint.post("/profile/password")
@audience("signed-in")
@limit("10/minute", by=form_input.by_address, counts=form_input.was_refused)
def change_password() -> BaseResponse:
    """Change the password with the old one; every other browser is signed out."""
    try:
        with db.write() as session:
            user = me()
            _prove(user, "old_password")
            people.change_password(session, user, request.form.get("password", ""))
            mails.notify(session, user, "password_changed")
            sessions.start(session, user)
    except Invalid as invalid:
        return form(422, invalid.errors)
    flash(_("Your password is changed. Other devices are signed out."), "success")
    return see_other(url_for("accounts.profile"))


@blueprint.post("/profile/sign-out-everywhere")
@audience("signed-in")
def sign_out_everywhere() -> BaseResponse:
    """End every session of this person, here too."""
    with db.write(quiet=True) as session:
        sessions.end_all(session, me())
        sessions.end(session)
    return see_other(url_for("accounts.sign_in"))


def me() -> User:
    """Return the row of the person who asks. Aborts 403 for a token: a program has no profile."""
    if g.get("by_token"):
        abort(403)
    return db.session().get_one(User, current_actor().id)


def form(status: int = 200, errors: dict[str, str] | None = None, **context: Any) -> Response:
    """Answer with the profile, what was typed in it, and what is wrong with it."""
    user = me()
    fields = ("display_name", "email", "lang", "label")
    kept = {"display_name": user.display_name, "email": user.email, "lang": user.lang, "label": ""}
    kept |= {
        field: form_input.line(field) for field in fields if field in request.form and status == 422
    }
    visual = "visual" in request.form if status == 422 else user.visual
    answer = render(
        "accounts/profile.html",
        status=status,
        person=user,
        typed=kept | {"visual": visual},
        errors=errors or {},
        tokens=_tokens(user),
        browsers=_browsers(user),
        **context,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _change_email(user: User, email: str) -> None:
    _prove(user, "password_for_email")
    former = user.email
    people.change_email(db.session(), user, email)
    mails.notify(db.session(), user, "email_changed", to=former, email=user.email)


def _prove(user: User, field: str) -> None:
    if not passwords.matches(request.form.get(field, ""), user.password_hash):
        raise Invalid(**{field: _("This is not your present password.")})


def _tokens(user: User) -> list[Token]:
    query = select(Token).where(Token.user_id == user.id, Token.kind == "api")
    return list(db.session().scalars(query.order_by(Token.created_at.desc())))


def _browsers(user: User) -> int:
    return db.session().scalar(select(func.count()).where(SignIn.user_id == user.id)) or 0
