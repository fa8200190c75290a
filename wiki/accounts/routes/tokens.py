"""A person's API tokens: made with a label, shown once, revoked."""

from __future__ import annotations

from flask import abort, flash, url_for
from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import sessions
from wiki.accounts.models import Token
from wiki.accounts.routes import form_input
from wiki.accounts.routes.blueprint import blueprint
from wiki.accounts.routes.profile import form, me
from wiki.core import db
from wiki.core.http import audience, see_other

MOST = 20
"""Tokens a person may have."""


@blueprint.post("/profile/tokens")
@audience("signed-in")
def make_token() -> BaseResponse:
    """Make a token and show it, this once."""
    label = form_input.line("label")[:60]
    with db.write(quiet=True) as session:
        user = me()
        mine = (Token.user_id == user.id, Token.kind == "api")
        count = session.scalar(select(func.count()).where(*mine))
        error = _("Say what it is for.") if not label else ""
        if (count or 0) >= MOST:
            error = _("You have %(count)s tokens already: revoke one first.", count=MOST)
        token = "" if error else sessions.make_token(session, user, "api", label=label)
    return form(422, {"label": error}) if error else form(201, token=token)


@blueprint.post("/profile/tokens/<token_hash>/revocation")
@audience("signed-in")
def revoke_token(token_hash: str) -> BaseResponse:
    """End one of one's own tokens. Aborts 404 on another's, as on none."""
    with db.write(quiet=True) as session:
        mine = (Token.token_hash == token_hash, Token.user_id == me().id, Token.kind == "api")
        if session.scalar(select(Token.label).where(*mine)) is None:
            abort(404)
        session.execute(delete(Token).where(*mine))
    flash(_("This token opens nothing any more."), "success")
    return see_other(url_for("accounts.profile"))
