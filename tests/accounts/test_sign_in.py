"""Sign-in and sign-out, and attempts to guess passwords or accounts."""

from __future__ import annotations

import re
import statistics
from pathlib import Path
from time import perf_counter

import pytest
from argon2 import PasswordHasher
from flask_login import encode_cookie
from sqlalchemy import delete, event, func, select

from tests.accounts import cookies
from tests.conftest import running
from tests.world import PASSWORD, World, bare
from wiki.accounts import passwords, sessions
from wiki.accounts.models import SignIn, User
from wiki.core import db
from wiki.core.access import current_actor


def _signed_in_name(browser) -> str:
    """Return the name on the profile, empty if the browser is not signed in."""
    answer = browser.get("/-/profile")
    return "alice" if answer.status_code == 200 and "alice" in answer.text else ""


def test_sign_in_by_name_or_address_in_any_case(world: World) -> None:
    for name in ("alice", "ALICE", " Alice ", "alice@example.org", "Alice@Example.ORG"):
        browser = world.browser()
        answer = browser.post("/-/login", {"name": name, "password": PASSWORD})
        assert (answer.status_code, answer.location) == (303, "/")
        assert _signed_in_name(browser) == "alice"


def test_sign_in_redirects_to_the_requested_page(world: World) -> None:
    browser = world.browser()
    redirect = browser.get("/-/admin/site")
    assert redirect.status_code == 303
    form = browser.get(redirect.location)
    assert 'name="next" value="/-/admin/site"' in form.text
    answer = browser.post(
        "/-/login", {"name": "alice", "password": PASSWORD, "next": "/-/admin/site"}
    )
    assert answer.location == "/-/admin/site"


@pytest.mark.parametrize(
    "target",
    [
        "//e.x",
        "/\\e.x",
        "\\\\e.x",
        "https:e.x",
        "https://e.x/",
        "/\t/e.x",
        "/%09/e.x",
        "/%2f/e.x",
        "///e.x",
        "@e.x",
        "javascript:1",
        "/\r\nSet-Cookie:a=b",
        "/%5ce.x",
        " /e.x",
    ],
)
def test_sign_in_does_not_redirect_to_other_sites(world: World, target: str) -> None:
    answer = world.browser().post(
        "/-/login", {"name": "alice", "password": PASSWORD, "next": target}
    )
    assert (answer.status_code, answer.location) == (303, "/")


def test_sign_in_wrong_password_keeps_the_typed_name(world: World) -> None:
    answer = world.browser().post("/-/login", {"name": "alice", "password": "wrong horse"})
    assert answer.status_code == 422
    assert 'value="alice"' in answer.text
    assert "wrong horse" not in answer.text


def test_sign_in_unknown_name_and_wrong_password_look_the_same(world: World) -> None:
    existing = world.browser().post("/-/login", {"name": "alice", "password": "wrong horse"})
    unknown = world.browser().post("/-/login", {"name": "alixx", "password": "wrong horse"})
    assert existing.status_code == unknown.status_code == 422
    assert bare(existing.text).replace("alice", "NAME") == bare(unknown.text).replace(
        "alixx", "NAME"
    )


def test_sign_in_hashes_once_for_any_name(world: World, monkeypatch) -> None:
    passwords.matches("warm", "")
    checked: list[str] = []
    verify = type(passwords.hasher).verify
    monkeypatch.setattr(
        type(passwords.hasher),
        "verify",
        lambda self, known, typed: checked.append(typed) or verify(self, known, typed),
    )
    for name in ("alice", "nobody", "", "a'--@x.fr", "x" * 100_000):
        checked.clear()
        world.browser().post("/-/login", {"name": name, "password": "wrong horse"})
        assert checked == ["wrong horse"], name


@pytest.mark.slow
def test_sign_in_takes_the_same_time_for_any_name(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "hasher", PasswordHasher())
    passwords._dummy_hash.cache_clear()
    with world.app.app_context(), db.write() as session:
        for user in session.scalars(select(User)):
            user.password_hash = passwords.hash_password(PASSWORD)
    browser, times = world.browser(), {"alice": [], "alixx": []}
    for _round in range(200):
        for name, durations in times.items():
            began = perf_counter()
            browser.post("/-/login", {"name": name, "password": "wrong horse"})
            durations.append(perf_counter() - began)
    existing, unknown = (statistics.median(durations) for durations in times.values())
    passwords._dummy_hash.cache_clear()
    assert 0.9 <= existing / unknown <= 1.1


@pytest.mark.parametrize(
    "name", ["a\x00lice", "alice\u202e", "\U0001f600", "%", "_____", "' OR 1=1"]
)
def test_sign_in_lookalike_names_match_no_other_account(world: World, name: str) -> None:
    answer = world.browser().post("/-/login", {"name": name, "password": "wrong horse"})
    assert answer.status_code == 422


def test_sign_in_disabled_account_is_like_a_wrong_password(world: World) -> None:
    with world.app.app_context(), db.write() as session:
        session.scalars(select(User).where(User.name == "bob")).one().disabled = True
    answer = world.browser().post("/-/login", {"name": "bob", "password": PASSWORD})
    assert answer.status_code == 422


def test_sign_in_creates_a_new_session_identifier(world: World) -> None:
    browser = world.browser("bob")
    before = cookies.session_cookie(browser)
    browser.post("/-/login", {"name": "alice", "password": PASSWORD})
    assert cookies.session_cookie(browser) != before
    # The session of before is gone from the server too: its cookie opens nothing.
    thief = world.browser()
    cookies.replay(thief, before)
    assert thief.get("/-/profile").status_code == 303


@pytest.mark.parametrize("key", [sessions.COOKIE_KEY, sessions.FORMER_KEY])
def test_sign_in_prevents_session_fixation(world: World, key: str) -> None:
    browser = world.browser()
    with browser.client.session_transaction() as cookie:
        cookie[key] = "chosen by Xavier"
    browser.post("/-/login", {"name": "alice", "password": PASSWORD})
    with browser.client.session_transaction() as cookie:
        assert cookie[sessions.COOKIE_KEY]
        assert "chosen by Xavier" not in cookie.values()
    xavier = world.browser()
    with xavier.client.session_transaction() as cookie:
        cookie[key] = "chosen by Xavier"
    assert _signed_in_name(xavier) == ""


def test_sign_in_is_persistent_only_on_request(world: World) -> None:
    for fields, lasts in (({"keep": "1"}, True), ({}, False)):
        answer = world.browser().post("/-/login", {"name": "alice", "password": PASSWORD} | fields)
        cookie = answer.headers["Set-Cookie"]
        assert ("Expires=" in cookie) is lasts
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie


def test_sign_out_ends_the_session_on_the_server(world: World) -> None:
    browser = world.browser("alice")
    old_cookie = cookies.session_cookie(browser)
    answer = browser.post("/-/logout")
    assert (answer.status_code, answer.location) == (303, "/")
    cookies.replay(browser, old_cookie)
    assert _signed_in_name(browser) == ""
    with world.app.app_context():
        assert db.session().scalar(select(func.count()).select_from(SignIn)) == 0


def test_cookie_of_before_flask_login_stays_signed_in(world: World) -> None:
    browser = world.browser("alice")
    with browser.client.session_transaction() as cookie:
        cookie[sessions.FORMER_KEY] = cookie.pop(sessions.COOKIE_KEY)
    kept = cookies.session_cookie(browser)
    assert _signed_in_name(browser) == "alice"
    with browser.client.session_transaction() as cookie:
        assert sessions.FORMER_KEY not in cookie
    assert _signed_in_name(browser) == "alice"
    browser.post("/-/logout")
    cookies.replay(browser, kept)
    assert _signed_in_name(browser) == ""


def test_cookie_says_nothing_of_the_browser(world: World) -> None:
    browser = world.browser("alice")
    with browser.client.session_transaction() as cookie:
        assert set(cookie) == {"_permanent", sessions.COOKIE_KEY}


def test_deleting_the_row_signs_out_at_once(world: World) -> None:
    browser = world.browser("alice")
    assert _signed_in_name(browser) == "alice"
    with world.app.app_context(), db.write() as session:
        session.execute(delete(SignIn))
    assert _signed_in_name(browser) == ""


def test_no_remember_cookie_is_read_or_written(world: World) -> None:
    browser = world.browser()
    answer = browser.post("/-/login", {"name": "alice", "password": PASSWORD, "keep": "1"})
    assert len(answer.headers.getlist("Set-Cookie")) == 1
    with browser.client.session_transaction() as cookie:
        secret = cookie[sessions.COOKIE_KEY]
    thief = world.browser()
    with world.app.app_context():
        thief.client.set_cookie("remember_token", encode_cookie(secret))
    assert _signed_in_name(thief) == ""
    assert "Set-Cookie" not in thief.get("/").headers
    assert "remember_token" not in thief.post("/-/logout").headers.get("Set-Cookie", "")


def test_reader_without_account_is_given_no_cookie(world: World) -> None:
    world.page("Gare", "Hello", read="*")
    for url in ("/Gare", "/Gare", "/Nothing", "/-/api/v1/pages", "/-/search?q=hello"):
        browser = world.browser()
        assert "Set-Cookie" not in browser.get(url, headers={"HX-Request": "false"}).headers, url
        assert "Set-Cookie" not in browser.get(url).headers, url


def test_being_signed_in_costs_three_reads(world: World) -> None:
    browser, statements = world.browser("alice"), []
    engine = world.app.extensions["gare.db"].reader
    event.listen(engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    with world.app.test_request_context(
        headers={"Cookie": f"{cookies.name(browser)}={cookies.session_cookie(browser)}"}
    ):
        sessions._recognise()
        assert current_actor().name == "alice"
    tables = re.findall(r"FROM (\w+)", " ".join(statements))
    assert tables == ["sign_in", "user_account", "group_account"]


def test_rights_are_asked_of_the_actor_alone() -> None:
    root = Path(sessions.__file__).parents[2]
    files = [*(root / "wiki").rglob("*.py"), *(root / "templates").rglob("*.html")]
    naming = [path.name for path in files if "current_user" in path.read_text()]
    assert naming == ["sessions.py"]


def test_sign_out_by_a_link_or_from_elsewhere_does_nothing(world: World) -> None:
    browser = world.browser("alice")
    assert browser.get("/-/logout").status_code == 405
    assert browser.post("/-/logout", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert browser.client.post("/-/logout", data={"csrf_token": ""}).status_code == 403
    assert _signed_in_name(browser) == "alice"


def test_sign_in_page_shows_the_next_steps_without_page_titles(world: World) -> None:
    world.page("Zyxqv7", title="Accounts of zyxqv7, secret", read="alice")
    text = world.browser().get("/-/login?next=/Zyxqv7/edit").text
    assert "Edit “Zyxqv7”" in text
    assert "secret" not in text


def test_sign_in_page_is_not_shared_between_browsers(world: World) -> None:
    tokens = {
        re.search(r'csrf_token" value="([^"]+)"', world.browser().get("/-/login").text)[1]
        for _ in "12"
    }
    assert len(tokens) == 2
    browser = world.browser()
    token = re.search(r'csrf_token" value="([^"]+)"', browser.get("/-/login").text)[1]
    # An old browser says nothing of origins: the token of its own form is what lets it in.
    form = {"name": "alice", "password": PASSWORD, "csrf_token": token}
    assert browser.client.post("/-/login", data=form).status_code == 303
    assert world.browser().client.post("/-/login", data=form).status_code == 403


def test_sign_in_redirects_when_already_signed_in(world: World) -> None:
    answer = world.browser("bob").get("/-/login?next=/-/profile")
    assert (answer.status_code, answer.location) == (303, "/-/profile")


def test_guessing_one_account_is_throttled_for_a_while(limited: World) -> None:
    browser = limited.browser()
    answers = [
        browser.post("/-/login", {"name": name, "password": "wrong horse"})
        for name in ("alice", "ALICE@example.org") * 25
    ]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 40
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60


def test_guessing_counts_the_account_from_every_address(limited: World) -> None:
    statuses = [
        limited.browser()
        .client.post(
            "/-/login",
            data={"name": "alice", "password": "wrong horse"},
            headers={"Sec-Fetch-Site": "same-origin"},
            environ_base={"REMOTE_ADDR": f"192.0.2.{number}"},
        )
        .status_code
        for number in range(12)
    ]
    assert statuses == [422] * 10 + [429] * 2


def test_guessing_one_password_on_many_accounts_is_throttled(limited: World) -> None:
    browser = limited.browser()
    statuses = [
        browser.post("/-/login", {"name": f"name{number}", "password": "wrong horse"}).status_code
        for number in range(12)
    ]
    assert statuses == [422] * 10 + [429] * 2
    other = browser.client.post(
        "/-/login",
        data={"name": "alice", "password": PASSWORD},
        headers={"Sec-Fetch-Site": "same-origin"},
        environ_base={"REMOTE_ADDR": "192.0.2.7"},
    )
    assert other.status_code == 303


def test_successful_sign_in_is_never_throttled(limited: World) -> None:
    for _time in range(15):
        limited.browser("alice")


@pytest.mark.parametrize(
    ("base_url", "prefix", "path"),
    [
        ("https://net.example", "__Host-gare-", "/"),
        ("https://net.example/north", "__Secure-gare-", "/north"),
        ("http://net.example", "gare-", "/"),
    ],
)
def test_cookie_is_limited_to_this_site(
    instance: Path, settings: dict[str, object], base_url: str, prefix: str, path: str
) -> None:
    with running(instance, settings | {"base_url": base_url}) as app:
        form = {"name": "alice", "password": PASSWORD, "keep": "1"}
        answer = World(app).browser().post("/-/login", form, base_url=base_url)
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith(prefix)
    parts = cookie.split("; ")
    assert {"HttpOnly", "SameSite=Lax", f"Path={path}"} <= set(parts)
    assert ("Secure" in parts) is base_url.startswith("https:")
    assert "Domain" not in cookie
