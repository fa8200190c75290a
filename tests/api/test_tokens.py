"""Authentication of API requests by token or session, and anonymous requests."""

from __future__ import annotations

from tests.api.conftest import Program
from wiki.accounts import people, sessions
from wiki.accounts.models import Token
from wiki.app import create_app
from wiki.core import db

PAGE = "/-/api/v1/pages/Fiche"


def test_token_authenticates_its_owner(program):
    assert program("carol").put("/pages/Fiche", text="x").get_json()["author"] == "Carol Partner"


def test_invalid_token_is_refused_even_on_public_pages(world):
    client = world.app.test_client()
    for token in ("nonsense", "", "a" * 5000, "é"):
        headers = {"Authorization": f"Bearer {token}"}
        for answer in (
            client.get("/-/api/v1/pages", headers=headers),
            client.put(PAGE, json={}, headers=headers),
        ):
            assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_token_revoked_or_of_a_closed_account_is_refused(world, program):
    bob, carol = program("bob"), program("carol")
    with world.app.app_context(), db.write() as session:
        session.delete(session.query(Token).filter_by(user_id=people.find_user("bob").id).one())
        people.find_user("carol").disabled = True
    assert bob.get("/pages").status_code == carol.get("/pages").status_code == 401


def test_token_speaks_for_itself_beside_a_cookie(world, token_of):
    client = world.browser("alice").client
    client.set_cookie("remember_token", "of another application|0")
    good = {"Authorization": f"Bearer {token_of('bob')}"}
    made = client.put(PAGE, json={"text": "x"}, headers=good)
    assert (made.status_code, made.get_json()["author"]) == (201, "Bob Member")
    bad = {"Authorization": "Bearer nonsense", "Sec-Fetch-Site": "cross-site"}
    assert client.put(PAGE, json={"text": "y"}, headers=bad).status_code == 401
    assert (
        client.post("/-/logout", headers=bad | {"Authorization": "Basic YTpi"}).status_code == 403
    )


def test_token_requires_no_same_site_header(world, program, token_of):
    headers = {
        "Authorization": f"bearer {token_of('bob')}",
        "Sec-Fetch-Site": "cross-site",
        "Origin": "null",
    }
    assert world.app.test_client().put(PAGE, json={"text": "x"}, headers=headers).status_code == 201


def test_signed_in_browser_reads_and_writes_from_its_own_site_only(world):
    world.page("Secret-page", "zyxqv7", read="@friends")
    bob = world.browser("bob").client
    assert bob.get("/-/api/v1/pages/Secret-page").get_json()["text"] == "zyxqv7"
    for headers in (
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ):
        refused = bob.put(PAGE, json={"text": "x"}, headers=headers)
        assert (refused.status_code, refused.content_type) == (403, "application/problem+json")
        assert bob.delete("/-/api/v1/pages/Secret-page", headers=headers).status_code == 403
    assert bob.get(PAGE).status_code == 404
    assert (
        bob.put(PAGE, json={"text": "x"}, headers={"Sec-Fetch-Site": "same-origin"}).status_code
        == 201
    )


def test_responses_are_private_with_security_headers(program):
    answer = program("bob").get("/pages")
    assert {"Authorization", "Cookie"} <= set(answer.vary)
    assert "private" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


def test_only_saves_without_account_are_throttled(instance, server, settings):
    app = create_app(instance, **settings | {"rate_limits": True})
    with app.app_context(), db.write() as session:
        token = sessions.make_token(session, people.find_user("bob"), "api")
    nobody, bob = Program(app.test_client()), Program(app.test_client(), token)
    statuses = [nobody.put("/pages/Fiche", text=f"{number}").status_code for number in range(31)]
    assert (statuses[0], set(statuses[1:30]), statuses[30]) == (201, {200}, 429)
    assert [nobody.get("/pages").status_code for _turn in range(40)] == [200] * 40
    assert [bob.put("/pages/Fiche", text=f"b{n}").status_code for n in range(40)] == [200] * 40
    app.extensions["gare.db"].dispose()
