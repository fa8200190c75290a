"""Registration of the routes, template functions and mention job of comments."""

from __future__ import annotations

from flask import Flask

from wiki.comments import mentions
from wiki.comments.comment_routes import blueprint
from wiki.comments.threads import add_comment_links, comments_of
from wiki.core.registry import registries


def init_app(app: Flask) -> None:
    """Register the routes, template functions and mention job of comments."""
    app.jinja_env.globals["talk_of"] = comments_of
    app.jinja_env.filters["with_ways"] = add_comment_links
    with app.app_context():
        registries().jobs[mentions.JOB] = mentions.deliver
    app.register_blueprint(blueprint)
