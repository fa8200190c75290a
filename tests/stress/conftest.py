"""Fixtures of the stress tests: a server of real processes on the test's own instance."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server import Server
from tests.world import World
from wiki.accounts import people, sessions
from wiki.core import db


@pytest.fixture
def server_settings(settings: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in settings.items() if name == "database_url"}


@pytest.fixture
def stopped(instance: Path, server_settings: dict[str, object]) -> Server:
    """A server that is not started yet."""
    return Server(instance, **server_settings)


@pytest.fixture
def token(world: World) -> str:
    """An API token of Bob's."""
    with world.app.app_context(), db.write(quiet=True) as session:
        user = people.find_user("bob")
        assert user is not None
        return sessions.make_token(session, user, "api")
