"""Every route of search, and what it gives to the application."""

from __future__ import annotations

from flask import Flask

from wiki.search import (
    exclusions,
    feeds,  # noqa: F401
    help_desk_routes,  # noqa: F401
    index,
    instant,  # noqa: F401
    query_log,
    results_routes,  # noqa: F401
    saved_routes,  # noqa: F401
)
from wiki.search.blueprint import blueprint


def init_app(app: Flask) -> None:
    """Open the index, and add the screens of search."""
    index.init_app(app)
    exclusions.init_app(app)
    query_log.init_app(app)
    app.register_blueprint(blueprint)
