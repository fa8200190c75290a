"""Every screen of projects: importing this module gives the blueprint all its routes."""

from __future__ import annotations

from wiki.projects import (  # noqa: F401 - each adds its routes
    arrange,
    coming_in,
    timetable,
    wizard,
)
from wiki.projects.mine import blueprint as mine
from wiki.projects.routes import blueprint

__all__ = ["blueprint", "mine"]
