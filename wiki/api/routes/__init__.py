"""The routes of the API, one module for each resource."""

from flask import Flask

from wiki.api.routes import (
    comments,  # noqa: F401
    contribution,  # noqa: F401
    description,  # noqa: F401
    entries,  # noqa: F401
    follows,  # noqa: F401
    forms,  # noqa: F401
    meetings,  # noqa: F401
    pages,  # noqa: F401
    polls,  # noqa: F401
    projects,  # noqa: F401
    revisions,  # noqa: F401
    search,  # noqa: F401
    structure,  # noqa: F401
    weather,  # noqa: F401
)
from wiki.api.routes.blueprint import blueprint


def init_app(app: Flask) -> None:
    """Add the routes of the API."""
    app.register_blueprint(blueprint)
