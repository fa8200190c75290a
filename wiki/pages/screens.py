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
    lent,
    move,
    presence,
    preview,
    purge,
    reviews,
    rights,
    routes,
    sharing,
    tags,
    templates,
    trash,
    tree,
    visual,
)
from wiki.pages.blueprint import blueprint
from wiki.pages.booklet import routes as booklets  # noqa: F401 - they add theirs
from wiki.pages.live import routes as together  # noqa: F401

__all__ = ["blueprint"]
