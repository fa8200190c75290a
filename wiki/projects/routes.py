"""Every screen of projects: importing this module gives the blueprint all its routes."""

from __future__ import annotations

from wiki.projects import arrange, calendar, membership_routes, wizard  # noqa: F401
from wiki.projects.my_station import blueprint as mine
from wiki.projects.project_routes import blueprint

__all__ = ["blueprint", "mine"]
