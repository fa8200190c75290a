"""Registration of the routes, template functions and mention job of comments."""

from __future__ import annotations

from flask import Flask

from wiki.comments import mentions
from wiki.comments.comment_routes import blueprint
from wiki.comments.threads import talk_of, with_ways
from wiki.core.registry import registries


def init_app(app: Flask) -> None:
    """Register the routes, template functions and mention job of comments."""
    app.jinja_env.globals["talk_of"] = talk_of
    app.jinja_env.filters["with_ways"] = with_ways
    with app.app_context():
        registries().jobs[mentions.JOB] = mentions.deliver
    app.register_blueprint(blueprint)
