"""Demo accounts work only from the machine that runs the wiki."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from wiki.accounts import people
from wiki.app import create_app
from wiki.core import db
from wiki.core import settings as site

LEA = {"name": "lea", "password": "traverses-demo"}
SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def demo(instance: Path, settings: dict[str, object]) -> Iterator[FlaskClient]:
    """Return a client of a wiki with demo accounts, where only Léa exists."""
    app = create_app(instance, **settings)
    with app.app_context(), db.write() as session:
        people.add_user(session, email="lea@traverses.example", display_name="Léa Morvan", **LEA)
        site.put(session, demo=True)
    yield app.test_client()
    app.extensions["gare.db"].dispose()


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_demo_accounts_are_listed_and_accepted_locally(demo: FlaskClient, address: str) -> None:
    local = {"REMOTE_ADDR": address}
    text = demo.get("/-/login", environ_base=local).text
    assert "Léa Morvan" in text and "traverses-demo" in text
    assert "Karim Benali" not in text
    assert demo.post("/-/login", data=LEA, headers=SAME, environ_base=local).status_code == 303


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "2001:db8::1", "", "junk"])
def test_demo_accounts_are_refused_and_hidden_remotely(demo: FlaskClient, address: str) -> None:
    remote = {"REMOTE_ADDR": address}
    text = demo.get("/-/login", environ_base=remote).text
    assert "Léa Morvan" not in text and "traverses-demo" not in text
    for name in ("lea", "LEA", "lea@traverses.example"):
        answer = demo.post("/-/login", data=LEA | {"name": name}, headers=SAME, environ_base=remote)
        assert answer.status_code == 403
        assert "machine that runs the wiki" in answer.text


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_demo_through_an_unknown_proxy_is_remote(demo: FlaskClient, name: str) -> None:
    answer = demo.post("/-/login", data=LEA, headers=SAME | {name: "192.0.2.7"})
    assert answer.status_code == 403
    assert "traverses-demo" not in demo.get("/-/login", headers={name: "192.0.2.7"}).text


def test_demo_page_is_not_cached_for_remote_readers(demo: FlaskClient) -> None:
    app = demo.application
    assert "traverses-demo" in app.test_client().get("/-/login").text
    remote_page = app.test_client().get("/-/login", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert "traverses-demo" not in remote_page.text


def test_demo_refusal_does_not_affect_other_accounts(demo: FlaskClient) -> None:
    alice = {"name": "alice", "password": "correct horse battery"}
    remote = {"REMOTE_ADDR": "192.0.2.7"}
    assert demo.post("/-/login", data=alice, headers=SAME, environ_base=remote).status_code == 303


def test_demo_accounts_are_hidden_without_the_setting(world) -> None:
    assert "traverses-demo" not in world.browser().get("/-/login").text
