"""The interface language, stored in a cookie and in the profile of a signed-in person."""

from __future__ import annotations

from datetime import timedelta

from flask import abort, current_app, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.models import User
from wiki.accounts.routes.blueprint import blueprint
from wiki.core import db, i18n
from wiki.core.access import current_actor
from wiki.core.http import audience, safe_redirect

COOKIE_LIFETIME = timedelta(days=365)


@blueprint.post("/language")
@audience("anyone")
def language() -> BaseResponse:
    """Change the language and return to the page. Aborts 400 for an unknown language."""
    lang = request.form.get("lang", "")
    if lang not in i18n.LANGUAGES:
        abort(400)
    if current_actor().id is not None:
        with db.write(quiet=True) as session:
            session.get_one(User, current_actor().id).lang = lang
    response = safe_redirect(request.form.get("next"), default=url_for("pages.home"))
    response.set_cookie(
        i18n.COOKIE,
        lang,
        max_age=COOKIE_LIFETIME,
        path=request.script_root or "/",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response
