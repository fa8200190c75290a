"""Every screen of meetings, and what it gives to templates and jobs."""

from __future__ import annotations

from flask import Flask

from wiki.core.registry import registries
from wiki.meetings import (
    attendance_routes,  # noqa: F401
    closure,
    end_routes,  # noqa: F401
    minutes_mail,
    minutes_routes,  # noqa: F401
    planning,  # noqa: F401
    poll_routes,  # noqa: F401
    polls,
)
from wiki.meetings.blueprint import blueprint
from wiki.meetings.meeting import meeting_of


def init_app(app: Flask) -> None:
    """Let an entry's page ask for the meeting it is, and the worker send minutes."""
    app.jinja_env.globals.update(meeting_of=meeting_of, open_polls=polls.open_on)
    with app.app_context():
        registries().jobs[closure.JOB] = minutes_mail.deliver
    app.register_blueprint(blueprint)
