"""Documents and indexes for the tests of search."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.search.documents import Make, document
from wiki.core.search.whoosh import WhooshEngine


@pytest.fixture
def make() -> Make:
    return document


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    """An empty index."""
    made = WhooshEngine(tmp_path / "search")
    made.rebuild([], "start", "one")
    yield made
    made.close()
