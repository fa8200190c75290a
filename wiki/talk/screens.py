"""Every screen of talk, and what it gives to templates, jobs and the clock."""

from __future__ import annotations

from flask import Flask

from wiki.core import periodic
from wiki.core.registry import registries
from wiki.talk import by_mail, comment_routes, digest, feeds, follow_routes, mentions  # noqa: F401
from wiki.talk.blueprint import blueprint
from wiki.talk.threads import talk_of, with_ways

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
    known.jobs[by_mail.JOB] = by_mail.deliver
    known.jobs[digest.JOB] = digest.deliver
