"""The routes of the API, one module for each thing they are about."""

from wiki.api.routes import (
    comments,
    contribution,
    description,
    entries,
    follows,
    forms,
    meetings,
    pages,
    polls,
    projects,
    revisions,
    search,
    structure,
    weather,
)
from wiki.api.routes.blueprint import blueprint

__all__ = [
    "blueprint",
    "comments",
    "contribution",
    "description",
    "entries",
    "follows",
    "forms",
    "meetings",
    "pages",
    "polls",
    "projects",
    "revisions",
    "search",
    "structure",
    "weather",
]
