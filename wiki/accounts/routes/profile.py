"""The profile of the signed-in person: name, e-mail, language, password, sessions."""

from __future__ import annotations

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
    """Show the profile."""
    return profile_page()


@blueprint.post("/profile")
@audience("signed-in")
@limit("10/minute", by=form_input.address_key, counts=form_input.is_failed_attempt)
def save_profile() -> BaseResponse:
    """Save the profile; a new e-mail address requires the password and is announced to the old one."""
    lang = request.form.get("lang", "")
    try:
        with db.write():
            user = signed_in_user()
            if form_input.read_line("email") != user.email:
                _change_email(user, form_input.read_line("email"))
            user.display_name = form_input.read_line("display_name")[:80]
            user.lang = lang if lang in i18n.LANGUAGES else ""
            user.visual = "visual" in request.form
    except Invalid as invalid:
        return profile_page(422, invalid.errors)
    with force_locale(user.lang or i18n.language()):
        flash(_("Your profile is saved."), "success")
    return see_other(url_for("accounts.profile"))


@blueprint.post("/profile/password")
@audience("signed-in")
@limit("10/minute", by=form_input.address_key, counts=form_input.is_failed_attempt)
def change_password() -> BaseResponse:
    """Change the password, given the old one, and sign out every other browser."""
    try:
        with db.write() as session:
            user = signed_in_user()
            _check_password(user, "old_password")
            people.change_password(session, user, request.form.get("password", ""))
            mails.notify(session, user, "password_changed")
            sessions.start(session, user)
    except Invalid as invalid:
        return profile_page(422, invalid.errors)
    flash(_("Your password is changed. Other devices are signed out."), "success")
    return see_other(url_for("accounts.profile"))


@blueprint.post("/profile/sign-out-everywhere")
@audience("signed-in")
def sign_out_everywhere() -> BaseResponse:
    """End every session of this person, including this one."""
    with db.write(quiet=True) as session:
        sessions.end_all(session, signed_in_user())
        sessions.end(session)
    return see_other(url_for("accounts.sign_in"))


def signed_in_user() -> User:
    """Return the signed-in person. Aborts 403 for an API token: programs have no profile."""
    if g.get("by_token"):
        abort(403)
    return db.session().get_one(User, current_actor().id)


def profile_page(
    status: int = 200, errors: dict[str, str] | None = None, **context: object
) -> Response:
    """Render the profile; after an error (422), with the submitted values and the errors."""
    user = signed_in_user()
    fields = ("display_name", "email", "lang", "label")
    values = {
        "display_name": user.display_name,
        "email": user.email,
        "lang": user.lang,
        "label": "",
    }
    values |= {
        field: form_input.read_line(field)
        for field in fields
        if field in request.form and status == 422
    }
    visual = "visual" in request.form if status == 422 else user.visual
    response = render(
        "accounts/profile.html",
        status=status,
        person=user,
        typed=values | {"visual": visual},
        errors=errors or {},
        tokens=_tokens(user),
        browsers=_browsers(user),
        **context,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _change_email(user: User, email: str) -> None:
    _check_password(user, "password_for_email")
    old_email = user.email
    people.change_email(db.session(), user, email)
    mails.notify(db.session(), user, "email_changed", to=old_email, email=user.email)


def _check_password(user: User, field: str) -> None:
    if not passwords.matches(request.form.get(field, ""), user.password_hash):
        raise Invalid(**{field: _("This is not your present password.")})


def _tokens(user: User) -> list[Token]:
    query = select(Token).where(Token.user_id == user.id, Token.kind == "api")
    return list(db.session().scalars(query.order_by(Token.created_at.desc())))


def _browsers(user: User) -> int:
    return db.session().scalar(select(func.count()).where(SignIn.user_id == user.id)) or 0
