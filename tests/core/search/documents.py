"""Documents for the tests of search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from wiki.core.search.base import SearchDocument

Make = Callable[..., SearchDocument]


def document(id: int, title: str, body: str = "", **more: Any) -> SearchDocument:
    """Make a document, French unless said otherwise."""
    given: dict[str, Any] = {
        "version": 1,
        "kind": "text",
        "name": f"p{id}",
        "headings": "",
        "tags": (),
        "lang": "fr",
        "form": "",
        "project": "",
        "updated_at": datetime(2026, 1, 1, 0, id % 60, tzinfo=UTC),
    }
    return SearchDocument(id=id, title=title, body=body, **given | more)
