"""Every screen of search: importing this module gives the blueprint all its routes."""

from __future__ import annotations

from wiki.search import feeds, help_desk_routes, instant, results_routes, saved_routes  # noqa: F401
from wiki.search.blueprint import blueprint

__all__ = ["blueprint"]
