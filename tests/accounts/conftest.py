"""A world with rate limits, which the shared one does not have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world import World
from wiki.app import create_app


@pytest.fixture
def limited(instance: Path, settings: dict[str, object]) -> Iterator[World]:
    """Return the usual people, on a wiki with rate limits."""
    app = create_app(instance, **(settings | {"rate_limits": True}))
    yield World(app)
    app.extensions["gare.db"].dispose()
