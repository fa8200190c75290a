"""Every route of projects and stations, and what they give to the application."""

from __future__ import annotations

from flask import Flask

from wiki.core.registry import registries
from wiki.projects import (
    arrange,  # noqa: F401
    calendar,  # noqa: F401
    membership_routes,  # noqa: F401
    my_station,  # noqa: F401
    project_routes,  # noqa: F401
    relocation,
    tree,
    wizard,  # noqa: F401
)
from wiki.projects.blueprint import blueprint
from wiki.projects.station import Station


def init_app(app: Flask) -> None:
    """Register stations and where pages stand in their project, and add the routes."""
    known = registries(app)
    station = Station()
    known.kinds[station.name] = station
    known.place = tree.place
    known.elsewhere = relocation.elsewhere
    app.register_blueprint(blueprint)
