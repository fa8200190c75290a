"""The routes of the API, one module for each thing they are about."""

from wiki.api.routes import description, entries, forms, pages, revisions, search, structure
from wiki.api.routes.blueprint import blueprint

__all__ = [
    "blueprint",
    "description",
    "entries",
    "forms",
    "pages",
    "revisions",
    "search",
    "structure",
]
