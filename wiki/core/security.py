"""Who may send a change: the same site only."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Guard every unsafe request of an application."""
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    csrf.init_app(app)
    app.before_request(_check_origin)
    app.jinja_env.globals["csrf_token"] = generate_csrf


def _check_origin() -> None:
    """Let a change through when the browser vouches for its origin, or its form bears our token.

    A bearer token is its own proof: no browser sends one by itself.
    """
    if request.method not in UNSAFE or g.get("by_token"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site != "same-origin":
            abort(403)
        return
    origin = request.headers.get("Origin")
    if origin is not None:
        if origin == "null" or urlsplit(origin).netloc != _own_host():
            abort(403)
        return
    if not request.cookies and (request.path.startswith("/-/api/") or _proves_itself()):
        # No browser sent this, and it bears nobody's name: it is taken for what it is.
        return
    try:
        csrf.protect()
    except CSRFError:
        abort(403)


def _proves_itself() -> bool:
    """Answer whether the address itself is a secret that allows the change, as a mail's way out is."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "proves_itself", False))


def _own_host() -> str:
    base: str = current_app.config["GARE"].base_url
    return urlsplit(base).netloc if base else request.host
