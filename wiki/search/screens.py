"""Every screen of search: importing this module gives the blueprint all its routes."""

from __future__ import annotations

from wiki.search import (  # noqa: F401 - each adds its routes
    desk_routes,
    feeds,
    instant,
    routes,
    saved_routes,
)
from wiki.search.blueprint import blueprint

__all__ = ["blueprint"]
