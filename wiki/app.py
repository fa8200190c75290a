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
from wiki.accounts import mails, sessions
from wiki.accounts import routes as accounts
from wiki.admin import routes as admin
from wiki.admin.rollback import job as taking_back
from wiki.api import routes as api
from wiki.bazar import builder
from wiki.bazar.entries import contact, notifications, occurrence_routes, suggestion_routes, votes
from wiki.bazar.entries import routes as bazar
from wiki.bazar.entries.kind import EntryKind
from wiki.bazar.federation import cache as elsewhere_kept
from wiki.bazar.federation import routes as elsewhere_routes
from wiki.bazar.forms import migration
from wiki.bazar.imports import routes as intake
from wiki.bazar.imports import run as intake_run
from wiki.bazar.lists import (
    cell_routes,
    embed,
    moderation_routes,
    open_data,
    routes,
    saved_view_routes,
)
from wiki.bazar.lists import feeds as bazar_feeds
from wiki.bazar.setup import vocabulary_routes
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
from wiki.core.registry import Registries, load
from wiki.core.request_size import CountedRequest
from wiki.macros import routes as macros
from wiki.macros.base import Macro, by_name
from wiki.macros.support import feeds
from wiki.meetings import routes as meetings
from wiki.pages import routes as pages
from wiki.pages.files import text_extraction, thumbnails
from wiki.pages.history import authors, blame
from wiki.pages.kinds import Kind
from wiki.pages.live import cleanup as live_cleaning
from wiki.pages.maintenance import external_links
from wiki.pages.structure import link_rewriting, moves
from wiki.projects import routes as projects
from wiki.projects.relocation import elsewhere
from wiki.projects.station import Station
from wiki.projects.tree import place
from wiki.search import exclusions
from wiki.search import index as search_index
from wiki.search import query_log as search_memory
from wiki.search import routes as search
from wiki.subscriptions import routes as talk
from wiki.transfer.projects import jobs
from wiki.transfer.projects import routes as moving
from wiki.upkeep import routes as upkeep

BLUEPRINTS = (
    accounts.blueprint,
    pages.blueprint,
    bazar.blueprint,
    suggestion_routes.blueprint,
    routes.blueprint,
    builder.blueprint,
    elsewhere_routes.blueprint,
    votes.blueprint,
    contact.blueprint,
    saved_view_routes.blueprint,
    cell_routes.blueprint,
    occurrence_routes.blueprint,
    bazar_feeds.blueprint,
    open_data.blueprint,
    embed.blueprint,
    vocabulary_routes.blueprint,
    intake.blueprint,
    moderation_routes.blueprint,
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
    registries.jobs[mails.JOB] = mails.deliver
    registries.jobs[text_extraction.JOB] = text_extraction.read_one
    registries.slow_jobs.add(text_extraction.JOB)
    registries.jobs[feeds.JOB] = feeds.refresh
    registries.jobs[elsewhere_kept.JOB] = elsewhere_kept.refresh
    registries.jobs[external_links.JOB] = external_links.check_next
    registries.jobs[moves.JOB] = link_rewriting.run
    registries.jobs[notifications.JOB] = notifications.deliver_link
    registries.jobs[migration.JOB] = migration.work
    registries.jobs[intake_run.JOB] = registries.jobs[intake_run.SLOW_JOB] = intake_run.work
    registries.slow_jobs.add(intake_run.SLOW_JOB)
    registries.kinds.update({kind.name: kind for kind in (Kind(), EntryKind(), Station())})
    registries.macros.update(by_name(load("wiki.macros", Macro).values()))
    registries.place = place
    registries.elsewhere = elsewhere
    registries.jobs[jobs.JOB] = jobs.work
    registries.slow_jobs.add(jobs.JOB)
    registries.jobs[taking_back.JOB] = taking_back.work
    registries.slow_jobs.add(taking_back.JOB)
    sessions.init_app(app)
    app.before_request(notifications.recognise)
    security.init_app(app)
    limits.init_app(app)
    template_globals.init_app(app)
    authors.init_app(app)
    blame.init_app(app)
    search_index.init_app(app)
    exclusions.init_app(app)
    search_memory.init_app(app)
    talk.init_app(app)
    meetings.init_app(app)
    jobs.init_app(app)
    upkeep.init_app(app)
    live_cleaning.init_app(app)
    thumbnails.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


def _folder(name: str) -> Path:
    here = Path(__file__).parent
    return here / name if (here / name).is_dir() else here.parent / name
