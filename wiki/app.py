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
from wiki.accounts import letters, sessions
from wiki.accounts import routes as accounts
from wiki.admin import routes as admin
from wiki.admin.takeback import work as taking_back
from wiki.api import routes as api
from wiki.bazar import (
    arrival_routes,
    arrivals,
    builder,
    cell_routes,
    contact,
    date_routes,
    embedding,
    helped,
    listing,
    nomenclature_routes,
    open_data,
    rework,
    saved_view_routes,
    suggestion_routes,
)
from wiki.bazar import feeds as bazar_feeds
from wiki.bazar import routes as bazar
from wiki.bazar.elsewhere import keeping as elsewhere_kept
from wiki.bazar.elsewhere import routes as elsewhere_routes
from wiki.bazar.entry_kind import EntryKind
from wiki.bazar.intake import routes as intake
from wiki.bazar.intake import run as intake_run
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
    shell,
    templates,
)
from wiki.core.registry import Registries, load
from wiki.core.sent import CountedRequest
from wiki.macros import feeds
from wiki.macros import routes as macros
from wiki.macros.base import Macro, by_name
from wiki.meetings import screens as meetings
from wiki.moving import crossings
from wiki.moving import routes as moving
from wiki.pages import authors, blame, file_texts, following, moves, outside_links, picture_sizes
from wiki.pages import screens as pages
from wiki.pages.kinds import Kind
from wiki.pages.live import cleaning as live_cleaning
from wiki.projects import screens as projects
from wiki.projects.moved import elsewhere
from wiki.projects.station import Station
from wiki.projects.tree import place
from wiki.search import denied
from wiki.search import index as search_index
from wiki.search import memory as search_memory
from wiki.search import screens as search
from wiki.talk import screens as talk
from wiki.upkeep import screens as upkeep

BLUEPRINTS = (
    accounts.blueprint,
    pages.blueprint,
    bazar.blueprint,
    suggestion_routes.blueprint,
    listing.blueprint,
    builder.blueprint,
    elsewhere_routes.blueprint,
    helped.blueprint,
    contact.blueprint,
    saved_view_routes.blueprint,
    cell_routes.blueprint,
    date_routes.blueprint,
    bazar_feeds.blueprint,
    open_data.blueprint,
    embedding.blueprint,
    nomenclature_routes.blueprint,
    intake.blueprint,
    arrival_routes.blueprint,
    projects.blueprint,
    projects.mine,
    moving.blueprint,
    search.blueprint,
    macros.blueprint,
    talk.blueprint,
    meetings.blueprint,
    upkeep.blueprint,
    api.blueprint,
    admin.blueprint,
)


def create_app(instance: Path | str, **overrides: Any) -> Flask:
    """Make the application of the wiki in this folder; `overrides` are settings by name.

    Raises BadSetting. Nothing is global: several applications live in one process.
    """
    settings = config.load(Path(instance).resolve(), **overrides)
    http.check_base_url(settings.base_url)
    app = Flask(
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
    search_memory.close(app)
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
        "COMPRESS_ALGORITHM": ["gzip"],
        "COMPRESS_LEVEL": 5,
    }


def _features(app: Flask) -> None:
    """Fill the registries that point upward, then add each feature's routes, the lowest first."""
    registries = Registries()
    app.extensions["gare.registries"] = registries
    registries.jobs[mail.JOB] = mail.deliver
    registries.jobs[letters.JOB] = letters.deliver
    registries.jobs[file_texts.JOB] = file_texts.read_one
    registries.slow_jobs.add(file_texts.JOB)
    registries.jobs[feeds.JOB] = feeds.refresh
    registries.jobs[elsewhere_kept.JOB] = elsewhere_kept.refresh
    registries.jobs[outside_links.JOB] = outside_links.check_next
    registries.jobs[moves.JOB] = following.run
    registries.jobs[arrivals.JOB] = arrivals.deliver_link
    registries.jobs[rework.JOB] = rework.work
    registries.jobs[intake_run.JOB] = registries.jobs[intake_run.SLOW_JOB] = intake_run.work
    registries.slow_jobs.add(intake_run.SLOW_JOB)
    registries.kinds.update({kind.name: kind for kind in (Kind(), EntryKind(), Station())})
    registries.macros.update(by_name(load("wiki.macros", Macro).values()))
    registries.place = place
    registries.elsewhere = elsewhere
    registries.jobs[crossings.JOB] = crossings.work
    registries.slow_jobs.add(crossings.JOB)
    registries.jobs[taking_back.JOB] = taking_back.work
    registries.slow_jobs.add(taking_back.JOB)
    sessions.init_app(app)
    app.before_request(arrivals.recognise)
    security.init_app(app)
    limits.init_app(app)
    shell.init_app(app)
    authors.init_app(app)
    blame.init_app(app)
    search_index.init_app(app)
    denied.init_app(app)
    search_memory.init_app(app)
    talk.init_app(app)
    meetings.init_app(app)
    crossings.init_app(app)
    upkeep.init_app(app)
    live_cleaning.init_app(app)
    picture_sizes.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


def _folder(name: str) -> Path:
    here = Path(__file__).parent
    return here / name if (here / name).is_dir() else here.parent / name
