"""The routes of the administration, a module for each screen, and the style sheet."""

from wiki.admin.routes import (
    appearance,
    dashboard,
    files,
    groups,
    menu,
    people,
    rollback,  # noqa: F401
    search,
    site,
    theme,
)
from wiki.admin.routes.blueprint import blueprint

__all__ = [
    "appearance",
    "blueprint",
    "changes",
    "dashboard",
    "files",
    "groups",
    "menu",
    "people",
    "search",
    "site",
    "theme",
]
