"""Sign-up, and attempts by robots and impostors."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests import post
from tests.world import World
from wiki.accounts import people
from wiki.accounts.models import Membership, User
from wiki.accounts.routes import sign_up
from wiki.core import db, settings

DORA = {
    "name": "dora",
    "display_name": "Dora  Le Goff",
    "email": "dora@example.org",
    "password": "a rather long one",
}


def _count_people(world: World) -> int:
    with world.app.app_context():
        return db.session().scalar(select(func.count(User.id))) or 0


def _find_user(world: World, name: str) -> User | None:
    with world.app.app_context():
        return people.find_user(name)


def test_sign_up_creates_an_account_and_signs_in(world: World) -> None:
    browser = world.browser()
    answer = browser.post("/-/signup", DORA | {"next": "/-/profile"})
    assert (answer.status_code, answer.location) == (303, "/-/profile")
    assert "Dora Le Goff" in browser.get("/-/profile").text
    user = _find_user(world, "dora")
    assert user and user.password_hash.startswith("$argon2id$") and user.lang == "en"


def test_sign_up_reads_named_fields_only(world: World) -> None:
    fields = {
        "is_admin": "1", "role": "admin", "group": "admins", "groups": "admins", "id": "1",
        "email_verified": "1", "password_hash": "x", "disabled": "1", "user[role]": "admin",
    }  # fmt: skip
    assert world.browser().post("/-/signup", DORA | fields).status_code == 303
    with world.app.app_context():
        user = people.find_user("dora")
        assert user and user.id != 1 and not user.disabled and user.password_hash != "x"
        assert not people.actor_of(user).is_admin
        memberships = select(func.count()).where(Membership.user_id == user.id)
        assert db.session().scalar(memberships) == 0


def test_sign_up_json_is_not_a_form(world: World) -> None:
    before = _count_people(world)
    answer = world.browser().post("/-/signup", json=DORA | {"is_admin": True})
    assert answer.status_code == 422
    assert _count_people(world) == before


def test_closed_sign_up_is_refused_with_a_message(world: World) -> None:
    with world.app.app_context(), db.write() as session:
        settings.put(session, sign_up=False)
    before, browser = _count_people(world), world.browser()
    assert "made by the admins" in browser.get("/-/signup").text
    assert browser.post("/-/signup", DORA).status_code == 403
    assert _count_people(world) == before
    assert "/-/signup" not in browser.get("/-/login").text.partition("<main")[2]


def test_sign_up_ignores_robots_caught_by_the_honeypot(world: World) -> None:
    before = _count_people(world)
    answer = world.browser().post("/-/signup", DORA | {sign_up.HONEYPOT: "http://spam.example"})
    assert (answer.status_code, answer.location) == (303, "/")
    assert _count_people(world) == before


def test_sign_up_errors_keep_the_submitted_values_except_the_password(world: World) -> None:
    answer = world.browser().post("/-/signup", DORA | {"email": "dora", "password": "xq7zv"})
    assert answer.status_code == 422
    assert 'value="Dora Le Goff"' in answer.text and 'value="dora"' in answer.text
    assert "xq7zv" not in answer.text


@pytest.mark.parametrize(
    "name",
    [
        "alice",
        "ALICE",
        "àlice",
        "аlice",
        "ɑlice",
        "ａlice",
        "alice\u200b",
        "\u202eecila",
        "alıce",
        "",
        "a",
        "two words",
        "@admins",
        "!bob",
        "a/b",
        "😀😀",
        "x" * 41,
        "-bob",
        "a\x00b",
    ],
)
def test_sign_up_odd_or_lookalike_names_are_refused(world: World, name: str) -> None:
    before = _count_people(world)
    assert world.browser().post("/-/signup", DORA | {"name": name}).status_code == 422
    assert _count_people(world) == before


def test_sign_up_normalizes_unicode_names(world: World) -> None:
    assert world.browser().post("/-/signup", DORA | {"name": "ele\u0301a"}).status_code == 303
    user = _find_user(world, "eléa")
    assert user and user.name == "el\u00e9a"
    twin = DORA | {"name": "el\u00e9a", "email": "other@example.org"}
    assert world.browser().post("/-/signup", twin).status_code == 422


@pytest.mark.parametrize(
    "email",
    [
        "",
        "dora",
        "dora@",
        "a@b",
        "a@x.fr\nBcc:b@y.fr",
        "a@x.fr%0aBcc:b@y.fr,",
        "a b@x.fr",
        "a\x00b@x.fr",
        "alice@example.org",
    ],
)
def test_sign_up_odd_addresses_are_refused(world: World, email: str) -> None:
    assert world.browser().post("/-/signup", DORA | {"email": email}).status_code == 422


@pytest.mark.parametrize(
    ("password", "status"),
    [
        ("1234567", 422), ("seven77", 422), ("eight-88", 303), ("x9" * 32, 303), ("y8" * 100, 303),
        ("z7" * 500_000, 422), ("  spaces around  ", 303), ("\U0001f682\U0001f689" * 4, 303),
        ("password", 422), ("azertyuiop", 422), ("MotDePasse", 422), ("12345678", 422),
    ],
)  # fmt: skip
def test_sign_up_passwords(world: World, password: str, status: int) -> None:
    assert world.browser().post("/-/signup", DORA | {"password": password}).status_code == status
    if status == 303:
        answer = world.browser().post("/-/login", {"name": "dora", "password": password})
        assert answer.status_code == 303


def test_sign_up_huge_password_is_refused_before_it_is_hashed(world: World, monkeypatch) -> None:
    monkeypatch.setattr("wiki.accounts.passwords.hash_password", lambda _password: 1 / 0)
    answer = world.browser().post("/-/signup", DORA | {"password": "q" * 1_000_000})
    assert answer.status_code == 422


def test_sign_up_by_mail_is_confirmed_by_the_link(world: World, monkeypatch) -> None:
    monkeypatch.setattr(sign_up, "confirms_by_mail", lambda: True)
    browser = world.browser()
    assert 'name="password"' not in browser.get("/-/signup").text
    answer = browser.post("/-/signup", DORA)
    assert "Look at your mail" in browser.get(answer.location).text
    assert browser.get("/-/profile").status_code == 303
    assert browser.post("/-/login", DORA).status_code == 422
    letter = post.letters(world.app, "dora@example.org")[0]
    assert browser.post(post.path(letter), {"password": "a rather long one"}).status_code == 303
    assert "Dora Le Goff" in browser.get("/-/profile").text


def test_sign_up_by_mail_does_not_reveal_existing_addresses(world: World, monkeypatch) -> None:
    monkeypatch.setattr(sign_up, "confirms_by_mail", lambda: True)
    new = world.browser().post("/-/signup", DORA)
    existing = world.browser().post(
        "/-/signup", DORA | {"name": "dorb", "email": "Bob@example.org"}
    )
    assert (new.status_code, new.location, new.data) == (
        existing.status_code,
        existing.location,
        existing.data,
    )
    assert _find_user(world, "dorb") is None
    assert "already" in post.letters(world.app, "bob@example.org")[0]["Subject"]
    for email in ("bob@example.org", "new@example.org"):
        answer = world.browser().post("/-/signup", DORA | {"name": "alice", "email": email})
        assert answer.status_code == 422 and "already has an account" not in answer.text


def test_sign_up_is_throttled(limited: World) -> None:
    browser = limited.browser()
    statuses = [browser.post("/-/signup", {"name": "x"}).status_code for _time in range(12)]
    assert statuses == [422] * 10 + [429] * 2
