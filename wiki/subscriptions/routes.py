"""Registration of the routes, template functions and jobs of subscriptions."""

from __future__ import annotations

from flask import Flask

from wiki.core import periodic
from wiki.core.registry import registries
from wiki.subscriptions import by_email, digest, feeds, follow_routes  # noqa: F401
from wiki.subscriptions.blueprint import blueprint


def init_app(app: Flask) -> None:
    """Register the routes, template functions and jobs of subscriptions."""
    app.jinja_env.globals.update(
        follow_state=follow_routes.follow_state,
        last_followed=follow_routes.last_followed,
    )
    with app.app_context():
        registry = registries()
        periodic.repeat(digest.TURN, digest.queue_due_digests, every=digest.EVERY)
    registry.jobs[by_email.JOB] = by_email.deliver
    registry.jobs[digest.JOB] = digest.deliver
    app.register_blueprint(blueprint)
