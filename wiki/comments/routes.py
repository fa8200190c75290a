"""The routes of comments, and what they give to templates and jobs."""

from __future__ import annotations

from flask import Flask

from wiki.comments import mentions
from wiki.comments.comment_routes import blueprint
from wiki.comments.threads import talk_of, with_ways
from wiki.core.registry import registries


def init_app(app: Flask) -> None:
    """Let templates ask for the comments of a page, and the worker send mentions."""
    app.jinja_env.globals["talk_of"] = talk_of
    app.jinja_env.filters["with_ways"] = with_ways
    with app.app_context():
        registries().jobs[mentions.JOB] = mentions.deliver
    app.register_blueprint(blueprint)
