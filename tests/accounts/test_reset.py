"""Password reset by mail, and attempts to abuse it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests import post
from tests.world import PASSWORD, World
from wiki.accounts import people, sessions
from wiki.accounts.models import Token
from wiki.app import create_app
from wiki.core import db, jobs

NEW = "another horse battery"


def _request_link(world: World, name: str = "alice") -> str:
    """Request a link and return its path, read from the mail."""
    assert world.browser().post("/-/reset", {"name": name}).status_code == 303
    return post.path(post.letters(world.app, "alice@example.org")[-1])


def test_reset_by_mail_signs_in_and_ends_other_sessions(world: World) -> None:
    phone, browser = world.browser("alice"), world.browser()
    path = _request_link(world, "Alice@Example.org")
    assert browser.get(path).status_code == 200
    answer = browser.post(path, {"password": NEW})
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.get("/-/profile").status_code == 200
    assert phone.get("/-/profile").status_code == 303
    assert (
        world.browser().post("/-/login", {"name": "alice", "password": PASSWORD}).status_code == 422
    )
    assert world.browser().post("/-/login", {"name": "alice", "password": NEW}).status_code == 303


def test_reset_link_works_once(world: World) -> None:
    path = _request_link(world)
    world.browser().post(path, {"password": NEW})
    second_answer = world.browser().post(path, {"password": "Xavier was here"})
    assert second_answer.status_code == 404 and "no longer good" in second_answer.text
    assert world.browser().get(path).status_code == 404


def test_opening_a_reset_link_does_not_use_it_up(world: World) -> None:
    path = _request_link(world)
    for _time in range(3):
        assert world.browser().get(path).status_code == 200
    assert world.browser().post(path, {"password": "short"}).status_code == 422
    assert world.browser().post(path, {"password": NEW}).status_code == 303


def test_reset_link_is_valid_for_one_hour(world: World) -> None:
    path = _request_link(world)
    with world.app.app_context(), db.write() as session:
        token = session.scalars(select(Token)).one()
        assert timedelta(minutes=59) < token.expires_at - db.utcnow() <= timedelta(hours=1)
        session.execute(update(Token).values(expires_at=db.utcnow() - timedelta(seconds=1)))
    assert world.browser().post(path, {"password": NEW}).status_code == 404


def test_reset_links_end_when_the_address_or_the_password_changes(world: World) -> None:
    path, browser = _request_link(world), world.browser("alice")
    me = {"display_name": "", "email": "new@example.org", "password_for_email": PASSWORD}
    assert browser.post("/-/profile", me).status_code == 303
    assert world.browser().get(path).status_code == 404
    browser.post("/-/reset", {"name": "alice"})
    path = post.path(post.letters(world.app, "new@example.org")[-1])
    browser.post("/-/profile/password", {"old_password": PASSWORD, "password": NEW})
    assert world.browser().get(path).status_code == 404


def test_reset_link_of_a_closed_account_is_refused(world: World) -> None:
    path = _request_link(world)
    with world.app.app_context(), db.write():
        people.find_user("alice").disabled = True
    assert world.browser().post(path, {"password": NEW}).status_code == 404
    world.browser().post("/-/reset", {"name": "alice"})
    assert len(post.letters(world.app)) == 1


def test_reset_of_an_unknown_name_looks_the_same_and_sends_nothing(world: World) -> None:
    existing = world.browser().post("/-/reset", {"name": "alice"})
    unknown = world.browser().post("/-/reset", {"name": "nobody"})
    assert (existing.status_code, existing.location, existing.data) == (
        unknown.status_code,
        unknown.location,
        unknown.data,
    )
    with world.app.app_context():
        queued_jobs = db.session().scalars(select(jobs.Job)).all()
        assert [job.payload["to"] for job in queued_jobs] == ["alice", "nobody"]
    assert [letter["To"] for letter in post.letters(world.app)] == ["alice@example.org"]


def test_reset_tokens_are_long_unique_and_stored_as_hashes(world: World) -> None:
    with world.app.app_context(), db.write() as session:
        alice = people.find_user("alice")
        tokens = {sessions.make_token(session, alice, "reset") for _time in range(1000)}
        session.flush()
        hashes = set(session.scalars(select(Token.token_hash)))
    assert len(tokens) == len(hashes) == 1000
    # 43 letters of a 64-letter alphabet: over 256 bits.
    assert {len(token) for token in tokens} == {43}
    assert not tokens & hashes


def test_reset_token_is_not_stored_in_the_database(world: World) -> None:
    token = _request_link(world).rpartition("/")[2]
    with world.app.app_context():
        assert sessions.token_owner(token, "reset").name == "alice"
        rows = [*db.session().scalars(select(Token)), *db.session().scalars(select(jobs.Job))]
        assert not any(token in str(vars(row)) for row in rows)


def test_reset_link_uses_the_configured_site(instance: Path, settings: dict[str, object]) -> None:
    world = World(create_app(instance, **(settings | {"base_url": "https://wiki.example"})))
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    world.browser().post("/-/reset", {"name": "alice"}, headers=evil)
    letter = post.letters(world.app)[0]
    world.app.extensions["gare.db"].dispose()
    assert post.link(letter).startswith("https://wiki.example/-/reset/")
    assert "evil" not in letter.as_string()


def test_reset_screen_is_not_cached_nor_sent_as_referrer(world: World) -> None:
    answer = world.browser().get(_request_link(world))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("token", ["x", "x" * 5000, "%00", "'--", "../login"])
def test_reset_odd_tokens_are_not_found(world: World, token: str) -> None:
    assert world.browser().get(f"/-/reset/{token}").status_code == 404


def test_reset_without_a_name_asks_again(world: World) -> None:
    assert world.browser().post("/-/reset", {"name": " "}).status_code == 422


def test_reset_requests_are_throttled_by_account(limited: World) -> None:
    statuses = [
        limited.browser()
        .client.post(
            "/-/reset",
            data={"name": name},
            headers={"Sec-Fetch-Site": "same-origin"},
            environ_base={"REMOTE_ADDR": f"192.0.2.{number}"},
        )
        .status_code
        for number, name in enumerate(("alice", "alice@example.org") * 6)
    ]
    assert statuses == [303] * 10 + [429] * 2


def test_reset_works_while_sign_in_is_throttled(limited: World) -> None:
    xavier = limited.browser()
    for _time in range(12):
        last = xavier.post("/-/login", {"name": "alice", "password": "wrong horse"})
    assert last.status_code == 429
    path = _request_link(limited)
    assert limited.browser().post(path, {"password": NEW}).status_code == 303


def test_mails_use_the_language_of_the_person_and_do_not_escape_names(world: World) -> None:
    with world.app.app_context(), db.write():
        people.find_user("alice").display_name = "{{ 7*7 }} %(x)s <b>"
    _request_link(world)
    letter = post.letters(world.app)[0]
    assert "{{ 7*7 }} %(x)s <b>" in letter.get_content()
    assert letter["Subject"] == "Gare: choose a new password"
