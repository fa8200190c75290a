"""Every route of bazars, one nested blueprint a part, and what bazars give to the application."""

from __future__ import annotations

from flask import Blueprint, Flask

from wiki.bazar.builder import blueprint as builder
from wiki.bazar.builder.tabs import form_tabs
from wiki.bazar.entries import (
    contact,
    form_migration,
    notifications,
    occurrence_routes,
    suggestion_routes,
    votes,
)
from wiki.bazar.entries import routes as entries
from wiki.bazar.entries.kind import EntryKind
from wiki.bazar.federation import routes as federation
from wiki.bazar.imports import routes as imports
from wiki.bazar.imports import run
from wiki.bazar.lists import (
    cell_routes,
    embed,
    feeds,
    moderation_routes,
    open_data,
    saved_view_routes,
)
from wiki.bazar.lists import routes as lists
from wiki.bazar.remote import cache
from wiki.bazar.setup import vocabulary_routes
from wiki.core.registry import registries

blueprint = Blueprint("bazar", __name__)

for part in (
    entries.blueprint,
    suggestion_routes.blueprint,
    lists.blueprint,
    builder,
    federation.blueprint,
    votes.blueprint,
    contact.blueprint,
    saved_view_routes.blueprint,
    cell_routes.blueprint,
    occurrence_routes.blueprint,
    feeds.blueprint,
    open_data.blueprint,
    embed.blueprint,
    vocabulary_routes.blueprint,
    imports.blueprint,
    moderation_routes.blueprint,
):
    blueprint.register_blueprint(part)


def init_app(app: Flask) -> None:
    """Register entries and the jobs of bazars, recognise submitters, and add the routes."""
    known = registries(app)
    entry = EntryKind()
    known.kinds[entry.name] = entry
    known.add_job(cache.JOB, cache.refresh)
    known.add_job(notifications.JOB, notifications.deliver_link)
    known.add_job(form_migration.JOB, form_migration.work)
    known.add_job(run.JOB, run.work)
    known.add_job(run.SLOW_JOB, run.work, slow=True)
    app.jinja_env.globals["form_tabs"] = form_tabs
    app.before_request(notifications.recognise)
    app.register_blueprint(blueprint)
