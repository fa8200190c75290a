"""API clients, each with a person's token or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from tests.world import World
from wiki.accounts import people, sessions
from wiki.core import db

ROOT = "/-/api/v1"


class Program:
    """An API client; without token, it sends the same-site header of browsers."""

    def __init__(self, client: FlaskClient, token: str = "") -> None:
        self.client = client
        self.headers = (
            {"Authorization": f"Bearer {token}"} if token else {"Sec-Fetch-Site": "same-origin"}
        )

    def get(self, path: str, /, **query) -> TestResponse:
        return self.client.get(ROOT + path, query_string=query, headers=self.headers)

    def put(self, path: str, /, **change) -> TestResponse:
        return self.client.put(ROOT + path, json=change, headers=self.headers)

    def patch(self, path: str, /, **change) -> TestResponse:
        return self.client.patch(ROOT + path, json=change, headers=self.headers)

    def post(self, path: str, /, **body) -> TestResponse:
        return self.client.post(ROOT + path, json=body, headers=self.headers)

    def delete(self, path: str) -> TestResponse:
        return self.client.delete(ROOT + path, headers=self.headers)

    def send(
        self, method: str, path: str, body: bytes, kind: str = "application/json"
    ) -> TestResponse:
        return self.client.open(
            ROOT + path, method=method, data=body, content_type=kind, headers=self.headers
        )


@pytest.fixture
def token_of(world: World) -> Callable[[str], str]:
    """Return a function that creates a token of a person."""

    def make(name: str) -> str:
        with world.app.app_context(), db.write() as session:
            user = people.find_user(name)
            assert user
            return sessions.make_token(session, user, "api", label="tests")

    return make


@pytest.fixture
def program(world: World, token_of: Callable[[str], str]) -> Callable[..., Program]:
    """Return a function that creates a client with the token of a person, or without token."""

    def make(name: str = "") -> Program:
        return Program(world.app.test_client(), token_of(name) if name else "")

    return make


@pytest.fixture
def statements(world: World) -> Callable[..., list[str]]:
    """Return a function that records the SQL statements of a call."""

    def record(call: Callable[[], TestResponse]) -> list[str]:
        with _recorded_statements(world) as recorded:
            assert call().status_code == 200
        return recorded

    return record


@contextmanager
def _recorded_statements(world: World) -> Iterator[list[str]]:
    recorded: list[str] = []
    engine = world.app.extensions["gare.db"].reader

    def record(_connection, _cursor, statement, *_rest) -> None:
        recorded.append(statement)

    event.listen(engine, "before_cursor_execute", record)
    yield recorded
    event.remove(engine, "before_cursor_execute", record)
