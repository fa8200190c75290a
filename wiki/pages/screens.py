"""Every screen of pages: importing this module gives the blueprint all its routes."""

from __future__ import annotations

from wiki.pages import (  # noqa: F401 - each adds its routes
    attachments,
    authors,
    backlinks,
    blame,
    changes,
    completion,
    discovery,
    drafts,
    edit,
    favourites,
    garden,
    held_routes,
    history,
    move,
    presence,
    preview,
    purge,
    reviews,
    rights,
    routes,
    tags,
    templates,
    trash,
    tree,
)
from wiki.pages.blueprint import blueprint

__all__ = ["blueprint"]
