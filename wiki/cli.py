"""`gare …`: short commands that call the same functions as the routes, without ever asking back."""

from wiki.commands import (  # noqa: F401 - each adds its commands
    forms,
    imports,
    instance,
    pages,
    people,
    projects,
    search,
    sharing,
)
from wiki.commands.base import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
