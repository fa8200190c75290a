"""What people and programs see when something is not right: a page in their language, or a problem document."""

from __future__ import annotations

import errno
import logging
from contextlib import suppress

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from wiki.core import db, files, http, logs
from wiki.core.db import Busy

log = logging.getLogger("wiki.errors")
API = "/-/api/"


def init_app(app: Flask) -> None:
    """Answer every error, foreseen or not, with its page."""
    app.register_error_handler(HTTPException, _known)
    app.register_error_handler(Busy, lambda _error: answer(503))
    app.register_error_handler(files.NotThere, lambda _error: answer(404))
    app.register_error_handler(Exception, _unknown)


def answer(status: int, message: str = "") -> Response:
    """Return the answer for a status: a problem document under the API, a page elsewhere."""
    title, default = _words(status)
    if request.path.startswith(API):
        body = jsonify(type="about:blank", status=status, title=title, detail=message or default)
        body.content_type = "application/problem+json"
        body.status_code = status
        return body
    try:
        html = render_template(
            "errors/error.html", status=status, title=title, message=message or default
        )
    except Exception:
        log.exception("the error page itself failed")
        # Without the words every template gets: they may be what failed.
        html = current_app.jinja_env.get_template("errors/bare.html").render()
    return Response(html, status)


def _known(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    response = answer(
        error.code, error.description or "" if isinstance(error, http.BadAddress) else ""
    )
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after", "location"}:
            response.headers[name] = value
    return response


def is_full(error: Exception) -> bool:
    """Answer whether something failed for want of room: on the disk, or in what the host grants."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    said = str(error.orig) if isinstance(error, OperationalError) else ""
    return "disk is full" in said or "No space left" in said


def _unknown(error: Exception) -> Response:
    if is_full(error):
        return answer(507, error.words if isinstance(error, files.NoRoom) else "")
    with suppress(SQLAlchemyError):
        # PostgreSQL answers nothing more in a transaction where something failed: the page wants to ask too.
        db.session().rollback()
    log.error("unforeseen error on %s %s", request.method, logs.path(), exc_info=error)
    return answer(500)


def _words(status: int) -> tuple[str, str]:
    known = {
        400: (
            _("This request does not make sense"),
            _("Something in the address or the form is not right."),
        ),
        401: (_("Sign in first"), _("This needs a valid sign-in or token.")),
        403: (_("Not open to you"), _("You may not do this here. Perhaps after signing in?")),
        404: (_("No such page"), _("There is nothing at this address, or nothing you may see.")),
        405: (_("Not this way"), _("This address does not answer to this kind of request.")),
        409: (_("Someone was faster"), _("What you changed has changed in the meantime.")),
        413: (_("Too large"), _("This is larger than the wiki accepts.")),
        415: (_("Not this kind of content"), _("This kind of content is not taken here.")),
        422: (_("Something is missing"), _("Some of what you typed cannot be taken.")),
        429: (_("A little slower"), _("Too many attempts: wait a moment, then try again.")),
        500: (
            _("Something broke"),
            _("It is our fault, and it has been written down. Nothing you saved is lost."),
        ),
        503: (_("Very busy"), _("The wiki could not answer in time. Try again in a moment.")),
        507: (
            _("No room left"),
            _("The disk is full: nothing was saved, and what was there is intact."),
        ),
    }
    return known.get(status, (_("Something is not right"), ""))
