"""A person manages their own account, and no other."""

from __future__ import annotations

import re

from sqlalchemy import select

from tests import post
from tests.accounts import cookies
from tests.world import PASSWORD, World
from wiki.accounts import people
from wiki.accounts.models import Token, User
from wiki.core import db

NEW = "another horse battery"


def _bob(world: World) -> User:
    with world.app.app_context():
        return db.session().scalars(select(User).where(User.name_key == "bob")).one()


def test_profile_is_for_the_signed_in(world: World) -> None:
    answer = world.browser().get("/-/profile")
    assert (answer.status_code, answer.location) == (303, "/-/login?next=/-/profile")
    assert world.browser().post("/-/profile", {"display_name": "X"}).status_code == 403


def test_profile_saves_name_and_language(world: World) -> None:
    browser = world.browser("bob")
    answer = browser.post(
        "/-/profile",
        {"display_name": " Bob\u200b  Brown ", "email": "bob@example.org", "lang": "fr"},
    )
    assert (answer.status_code, answer.location) == (303, "/-/profile")
    bob = _bob(world)
    assert (bob.display_name, bob.lang) == ("Bob Brown", "fr")
    assert '<html lang="fr"' in browser.get("/-/profile").text


def test_profile_reads_named_fields_only(world: World) -> None:
    browser = world.browser("bob")
    extra_fields = {
        "name": "alice",
        "is_admin": "1",
        "id": "1",
        "disabled": "1",
        "password_hash": "x",
    }
    extra_fields |= {"groups": "admins", "lang": "../../x", "user[role]": "admin"}
    browser.post("/-/profile", {"display_name": "Bob", "email": "bob@example.org"} | extra_fields)
    bob = _bob(world)
    assert (bob.name, bob.lang, bob.disabled) == ("bob", "", False)
    with world.app.app_context():
        assert not people.actor_of(bob).is_admin
    assert browser.get("/-/admin").status_code == 403


def test_profile_shows_markup_in_a_name_as_text(world: World) -> None:
    browser = world.browser("bob")
    browser.post(
        "/-/profile", {"display_name": "<svg onload=alert(1)>", "email": "bob@example.org"}
    )
    text = browser.get("/-/profile").text
    assert "<svg onload" not in text and "&lt;svg onload" in text


def test_new_address_requires_the_password_and_notifies_the_old_one(world: World) -> None:
    browser = world.browser("bob")
    me = {"display_name": "Bob", "email": "new@example.org"}
    answer = browser.post("/-/profile", me | {"password_for_email": "wrong horse"})
    assert answer.status_code == 422 and 'value="new@example.org"' in answer.text
    assert _bob(world).email == "bob@example.org"
    assert browser.post("/-/profile", me | {"password_for_email": PASSWORD}).status_code == 303
    assert _bob(world).email == "new@example.org"
    assert "new@example.org" in post.letters(world.app, "bob@example.org")[0].get_content()


def test_profile_refuses_the_address_of_someone_else(world: World) -> None:
    me = {"display_name": "Bob", "email": "ALICE@example.org", "password_for_email": PASSWORD}
    assert world.browser("bob").post("/-/profile", me).status_code == 422
    assert _bob(world).email == "bob@example.org"


def test_password_change_requires_the_old_one_and_ends_other_sessions(world: World) -> None:
    browser, phone = world.browser("bob"), world.browser("bob")
    url, cookie = "/-/profile/password", cookies.session_cookie(browser)
    for old in ("", "wrong horse", NEW):
        assert browser.post(url, {"old_password": old, "password": NEW}).status_code == 422
    assert browser.post(url, {"old_password": PASSWORD, "password": "password"}).status_code == 422
    assert phone.get("/-/profile").status_code == 200
    assert browser.post(url, {"old_password": PASSWORD, "password": NEW}).status_code == 303
    assert browser.get("/-/profile").status_code == 200
    assert cookies.session_cookie(browser) != cookie
    assert phone.get("/-/profile").status_code == 303
    assert "has changed" in post.letters(world.app, "bob@example.org")[0]["Subject"]


def test_sign_out_everywhere_ends_every_session(world: World) -> None:
    browser, phone, carol = world.browser("bob"), world.browser("bob"), world.browser("carol")
    assert "signed in on 2 devices" in browser.get("/-/profile").text
    answer = browser.post("/-/profile/sign-out-everywhere")
    assert (answer.status_code, answer.location) == (303, "/-/login")
    assert browser.get("/-/profile").status_code == phone.get("/-/profile").status_code == 303
    assert carol.get("/-/profile").status_code == 200


def test_token_is_shown_once_and_authenticates_a_program(world: World) -> None:
    browser = world.browser("bob")
    answer = browser.post("/-/profile/tokens", {"label": "Phone <b>"})
    assert answer.status_code == 201 and answer.headers["Cache-Control"] == "no-store"
    token = re.search(r'id="new-token">([^<]+)<', answer.text)[1]
    second_page = browser.get("/-/profile").text
    assert token not in second_page and "Phone &lt;b&gt;" in second_page
    with world.app.app_context():
        row = db.session().scalars(select(Token)).one()
        assert (row.kind, row.expires_at) == ("api", None) and token not in row.token_hash
    bearer = {"Authorization": f"Bearer {token}"}
    # A program is Bob, and still has no business with his account.
    program = world.browser()
    assert program.get("/-/profile", headers=bearer).status_code == 403
    assert program.post("/-/profile/tokens", {"label": "more"}, headers=bearer).status_code == 403
    assert program.get("/-/profile", headers={"Authorization": "Bearer x"}).status_code == 303


def test_tokens_require_a_label_and_are_limited(world: World) -> None:
    browser = world.browser("bob")
    assert browser.post("/-/profile/tokens", {"label": " "}).status_code == 422
    for number in range(20):
        assert browser.post("/-/profile/tokens", {"label": f"t{number}"}).status_code == 201
    full = browser.post("/-/profile/tokens", {"label": "one more"})
    assert full.status_code == 422 and 'value="one more"' in full.text


def test_token_is_revoked_by_its_owner_only(world: World) -> None:
    bob, carol = world.browser("bob"), world.browser("carol")
    bob.post("/-/profile/tokens", {"label": "phone"})
    with world.app.app_context():
        token_hash = db.session().scalars(select(Token.token_hash)).one()
    url = f"/-/profile/tokens/{token_hash}/revocation"
    assert carol.post(url).status_code == 404
    assert world.browser().post(url).status_code == 403
    assert bob.post(url).status_code == 303
    assert bob.post(url).status_code == 404
    with world.app.app_context():
        assert db.session().scalars(select(Token)).all() == []


def test_language_is_saved_for_the_browser_and_the_person(world: World) -> None:
    anyone = world.browser()
    answer = anyone.post("/-/language", {"lang": "fr", "next": "/-/login"})
    assert (answer.status_code, answer.location) == (303, "/-/login")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("lang=fr") and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert '<html lang="fr"' in anyone.get("/-/login").text
    world.browser("bob").post("/-/language", {"lang": "fr"})
    assert _bob(world).lang == "fr"


def test_language_unknown_or_from_elsewhere_changes_nothing(world: World) -> None:
    browser = world.browser("bob")
    assert browser.post("/-/language", {"lang": "../../x"}).status_code == 400
    cross_site = {"Sec-Fetch-Site": "cross-site"}
    assert browser.post("/-/language", {"lang": "fr"}, headers=cross_site).status_code == 403
    assert browser.post("/-/language", {"lang": "fr", "next": "//e.x"}).location == "/"


def test_reading_the_profile_changes_nothing(world: World) -> None:
    browser = world.browser("bob")
    with world.app.app_context():
        before = db.generation("data"), db.generation("rights")
    for url in ("/-/login", "/-/signup", "/-/reset", "/-/reset/x", "/-/profile"):
        browser.get(url)
    with world.app.app_context():
        assert (db.generation("data"), db.generation("rights")) == before
