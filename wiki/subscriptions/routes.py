"""Every route of subscriptions, and what they give to templates, jobs and the clock."""

from __future__ import annotations

from flask import Flask

from wiki.core import periodic
from wiki.core.registry import registries
from wiki.subscriptions import by_email, digest, feeds, follow_routes  # noqa: F401
from wiki.subscriptions.blueprint import blueprint


def init_app(app: Flask) -> None:
    """Let templates ask what one follows, and the worker send digests."""
    app.jinja_env.globals.update(
        follow_state=follow_routes.follow_state,
        last_followed=follow_routes.last_followed,
    )
    with app.app_context():
        known = registries()
        periodic.repeat(digest.TURN, digest.turn, every=digest.EVERY)
    known.jobs[by_email.JOB] = by_email.deliver
    known.jobs[digest.JOB] = digest.deliver
    app.register_blueprint(blueprint)
