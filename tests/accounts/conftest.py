"""An application that counts attempts: the shared one does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world import World
from wiki.app import create_app


@pytest.fixture
def limited(instance: Path, settings: dict[str, object]) -> Iterator[World]:
    """The named people, where guessing is limited."""
    made = create_app(instance, **(settings | {"rate_limits": True}))
    yield World(made)
    made.extensions["gare.db"].dispose()
