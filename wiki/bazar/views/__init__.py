"""Ways to show entries: an open folder, one class a file."""

from __future__ import annotations

from functools import cache

from wiki.bazar.views.base import View
from wiki.core.registry import load

PLAIN = "list"
"""The view that suits every form."""


@cache
def views() -> dict[str, View]:
    """Return every view by its name."""
    return load("wiki.bazar.views", View)
