"""Documents for the tests of search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wiki.core.search.engines.base import Engine, SearchDocument, open_engine

Make = Callable[..., SearchDocument]


@dataclass
class Chosen:
    """An engine under test: where its index is, and every one opened on it."""

    name: str
    folder: Path
    url: str = ""
    opened: list[Engine] = field(default_factory=list)

    def open(self) -> Engine:
        """Open the index as one more process would."""
        self.opened.append(open_engine(self.name, self.folder, url=self.url))
        return self.opened[-1]

    def close(self) -> None:
        """Close all that was opened."""
        for engine in self.opened:
            engine.close()


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
