"""The application of one wiki, from its instance folder: the one file that knows every feature."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from wiki import config
from wiki.accounts import routes as accounts
from wiki.admin import routes as admin
from wiki.api import routes as api
from wiki.bazar import routes as bazar
from wiki.comments import routes as comments
from wiki.core import (
    db,
    errors,
    files,
    http,
    i18n,
    limits,
    logs,
    mail,
    page_cache,
    security,
    template_globals,
    templates,
)
from wiki.core.registry import Registries
from wiki.core.request_size import CountedRequest
from wiki.core.static_files import Application
from wiki.macros import routes as macros
from wiki.meetings import routes as meetings
from wiki.pages import routes as pages
from wiki.projects import routes as projects
from wiki.search import query_log
from wiki.search import routes as search
from wiki.subscriptions import routes as subscriptions
from wiki.transfer import routes as transfer
from wiki.upkeep import routes as upkeep

FEATURES = (
    accounts,
    pages,
    bazar,
    projects,
    search,
    subscriptions,
    comments,
    meetings,
    upkeep,
    macros,
    transfer,
    api,
    admin,
)
"""Each has `init_app`, which fills the registries and adds its one blueprint; the lowest first."""


def create_app(instance: Path | str, **overrides: Any) -> Flask:
    """Make the application of the wiki in this folder; `overrides` are settings by name.

    Raises BadSetting. Nothing is global: several applications live in one process.
    """
    settings = config.load(Path(instance).resolve(), **overrides)
    http.check_base_url(settings.base_url)
    app = Application(
        "wiki",
        static_url_path="/-/static",
        static_folder=str(_folder("static")),
        template_folder=str(_folder("templates")),
        instance_path=str(settings.instance),
    )
    app.config.update(_flask_settings(settings))
    app.session_interface = _Sessions()
    app.request_class = CountedRequest
    app.url_map.converters["int"] = http.Identifier
    templates.init_app(app)
    logs.init_app(app)
    db.init_app(app, settings.url, settings.lock_seconds)
    i18n.init_app(app)
    files.init_app(app)
    page_cache.init_app(app)
    _features(app)
    http.init_app(app)
    errors.init_app(app)
    Compress(app)
    app.wsgi_app = http.ReadableQuery(app.wsgi_app)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, count, count, count, count, count)  # type: ignore[method-assign]
    return app


def close_app(app: Flask) -> None:
    """Close the connections and files that an application holds."""
    query_log.close(app)
    app.extensions["gare.db"].dispose()
    app.extensions["gare.search"].close()


class _Sessions(SecureCookieSessionInterface):
    """Cookies of the wiki's own path, so that two wikis of one host keep theirs apart."""

    def get_cookie_path(self, app: Flask) -> str:
        return request.script_root or "/"


def _flask_settings(settings: config.Config) -> dict[str, Any]:
    secret = config.secret_key(settings.instance)
    secure = settings.base_url.startswith("https://")
    at_root = settings.base_url.rstrip("/").count("/") == 2
    prefix = "__Host-" if secure and at_root else "__Secure-" if secure else ""
    return {
        "GARE": settings,
        "SECRET_KEY": secret,
        "MAX_CONTENT_LENGTH": settings.max_upload_mb * 1024 * 1024 + 64 * 1024,
        # Room for a text too long by far to come back in the editor, where it is said.
        "MAX_FORM_MEMORY_SIZE": settings.max_page_kb * 1024 * 8,
        "MAX_FORM_PARTS": 2000,
        "SESSION_COOKIE_NAME": f"{prefix}gare-{sha256(secret.encode()).hexdigest()[:8]}",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=settings.session_days),
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),
        "COMPRESS_MIN_SIZE": 600,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 5,
        "COMPRESS_LEVEL": 5,
    }


def _features(app: Flask) -> None:
    app.extensions["gare.registries"] = registries = Registries()
    registries.add_job(mail.JOB, mail.deliver)
    template_globals.init_app(app)
    for feature in FEATURES:
        feature.init_app(app)
    security.init_app(app)
    limits.init_app(app)


def _folder(name: str) -> Path:
    here = Path(__file__).parent
    return here / name if (here / name).is_dir() else here.parent / name
