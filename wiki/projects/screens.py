"""Every screen of projects: importing this module gives the blueprint all its routes."""

from __future__ import annotations

from wiki.projects import arrange, wizard  # noqa: F401 - each adds its routes
from wiki.projects.routes import blueprint

__all__ = ["blueprint"]
