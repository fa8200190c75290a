"""API tokens of the signed-in person: create with a label, show once, revoke."""

from __future__ import annotations

from flask import abort, flash, url_for
from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import sessions
from wiki.accounts.models import Token
from wiki.accounts.routes import form_input
from wiki.accounts.routes.blueprint import blueprint
from wiki.accounts.routes.profile import profile_page, signed_in_user
from wiki.core import db
from wiki.core.http import audience, see_other

MAX_TOKENS = 20
"""Maximum number of tokens per person."""


@blueprint.post("/profile/tokens")
@audience("signed-in")
def make_token() -> BaseResponse:
    """Create a token and show it; it is never shown again."""
    label = form_input.read_line("label")[:60]
    with db.write(quiet=True) as session:
        user = signed_in_user()
        own_tokens = (Token.user_id == user.id, Token.kind == "api")
        count = session.scalar(select(func.count()).where(*own_tokens))
        error = _("Say what it is for.") if not label else ""
        if (count or 0) >= MAX_TOKENS:
            error = _("You have %(count)s tokens already: revoke one first.", count=MAX_TOKENS)
        token = "" if error else sessions.make_token(session, user, "api", label=label)
    return profile_page(422, {"label": error}) if error else profile_page(201, token=token)


@blueprint.post("/profile/tokens/<token_hash>/revocation")
@audience("signed-in")
def revoke_token(token_hash: str) -> BaseResponse:
    """Revoke a token of the signed-in person. Aborts 404 for any other token."""
    with db.write(quiet=True) as session:
        this_token = (
            Token.token_hash == token_hash,
            Token.user_id == signed_in_user().id,
            Token.kind == "api",
        )
        if session.scalar(select(Token.label).where(*this_token)) is None:
            abort(404)
        session.execute(delete(Token).where(*this_token))
    flash(_("This token opens nothing any more."), "success")
    return see_other(url_for("accounts.profile"))
