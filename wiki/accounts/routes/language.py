"""The language of the interface: a cookie for this browser, and the person's own when signed in."""

from __future__ import annotations

from datetime import timedelta

from flask import abort, current_app, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.models import User
from wiki.accounts.routes.blueprint import blueprint
from wiki.core import db, i18n
from wiki.core.access import current_actor
from wiki.core.http import audience, safe_redirect

LASTS = timedelta(days=365)


@blueprint.post("/language")
@audience("anyone")
def language() -> BaseResponse:
    """Change the language and come back. Aborts 400 on one we do not have."""
    lang = request.form.get("lang", "")
    if lang not in i18n.LANGUAGES:
        abort(400)
    if current_actor().id is not None:
        with db.write(quiet=True) as session:
            session.get_one(User, current_actor().id).lang = lang
    answer = safe_redirect(request.form.get("next"), default=url_for("pages.home"))
    answer.set_cookie(
        i18n.COOKIE,
        lang,
        max_age=LASTS,
        path=request.script_root or "/",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer
