"""Every screen of talk, and what it gives to templates, jobs and the clock."""

from __future__ import annotations

from flask import Flask

from wiki.comments import comment_routes, mentions  # noqa: F401
from wiki.comments.threads import talk_of, with_ways
from wiki.core import periodic
from wiki.core.registry import registries
from wiki.subscriptions import by_email, digest, feeds, follow_routes  # noqa: F401
from wiki.subscriptions.blueprint import blueprint

__all__ = ["blueprint", "init_app"]


def init_app(app: Flask) -> None:
    """Let templates ask for the comments of a page, and the worker send the mails."""
    app.jinja_env.globals.update(
        talk_of=talk_of,
        follow_state=follow_routes.follow_state,
        last_followed=follow_routes.last_followed,
    )
    app.jinja_env.filters["with_ways"] = with_ways
    with app.app_context():
        known = registries()
        periodic.repeat(digest.TURN, digest.turn, every=digest.EVERY)
    known.jobs[mentions.JOB] = mentions.deliver
    known.jobs[by_email.JOB] = by_email.deliver
    known.jobs[digest.JOB] = digest.deliver
