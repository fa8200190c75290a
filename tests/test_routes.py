"""Every route says who it is for, takes changes from our own pages only, and never fails on odd input."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from tests.world import World

AUDIENCES = {"anyone", "page", "signed-in", "admin"}
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
ODD = [
    '"><svg onload=alert(1)>',
    "'",
    "%",
    "\\",
    "a" * 3000,
    "\u202e",
    "0",
    "-1",
    "999999999999999999999",
    "😀",
]
PARAMETERS = (
    "q",
    "tag",
    "page",
    "sort",
    "next",
    "from",
    "to",
    "name",
    "title",
    "parent",
    "form",
    "view",
    "kind",
    "project",
    "limit",
    "offset",
    "when",
    "since",
    "within",
    "author",
    "saved",
    "new",
)


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def address(rule: Rule) -> str:
    values = {
        name: "1" if isinstance(converter, IntegerConverter) else "Target"
        for name, converter in rule._converters.items()
    }
    return str(rule.build(values, append_unknown=False)[1])


def test_every_route_declares_its_audience(app: Flask) -> None:
    undeclared = [
        r.endpoint
        for r in rules(app)
        if getattr(app.view_functions[r.endpoint], "audience", None) not in AUDIENCES
    ]
    assert undeclared == []


def test_admin_routes_are_closed_to_all_others(app: Flask, world: World) -> None:
    people = {who: world.browser(who) for who in ("", "bob", "xavier")}
    for rule in rules(app):
        if getattr(app.view_functions[rule.endpoint], "audience", "") != "admin":
            continue
        for who, browser in people.items():
            for method in rule.methods - {"OPTIONS"}:
                answer = browser.client.open(
                    address(rule), method=method, headers={"Sec-Fetch-Site": "same-origin"}
                )
                assert answer.status_code in (303, 403, 404), (
                    rule.rule,
                    who,
                    method,
                    answer.status_code,
                )


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
    ids=["nothing", "cross-site", "same-site", "origin", "null-origin"],
)
def test_change_from_elsewhere_is_refused(
    app: Flask, world: World, headers: dict[str, str]
) -> None:
    browser = world.browser("alice")
    for rule in rules(app):
        for method in rule.methods & set(UNSAFE):
            answer = browser.client.open(
                address(rule), method=method, headers=headers, data={"csrf_token": ""}
            )
            assert answer.status_code == 403, (rule.rule, method, answer.status_code)


def test_get_changes_nothing(app: Flask, world: World) -> None:
    world.page("Target", "{{recent}} [[Target]]")
    browser = world.browser("alice")
    before = checksum(app)
    for rule in rules(app):
        if "GET" in rule.methods:
            browser.get(address(rule))
    assert checksum(app) == before


@pytest.mark.parametrize("who", ["", "alice"], ids=["anonymous", "alice"])
def test_odd_arguments_never_fail_nor_come_back_raw(app: Flask, world: World, who: str) -> None:
    world.page("Target", "text")
    browser = world.browser(who)
    for rule in rules(app):
        if "GET" not in rule.methods:
            continue
        for value in ODD:
            answer = browser.get(address(rule), query_string=dict.fromkeys(PARAMETERS, value))
            assert answer.status_code < 500, (rule.rule, value[:30], answer.status_code)
            assert "<svg onload" not in answer.text, (rule.rule, answer.status_code)


def test_headers_are_on_every_answer(world: World) -> None:
    browser = world.browser()
    for url in (
        "/",
        "/Nowhere",
        "/-/admin",
        "/-/static/gare.css",
        "/-/api/v1/pages/Nowhere",
        "/-/changes.atom",
        "/-/search?page=x",
    ):
        answer = browser.get(url)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], url
        assert answer.headers["X-Content-Type-Options"] == "nosniff", url
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_reader_without_account_gets_no_cookie(world: World) -> None:
    world.page("Target", "text {{recent}}")
    browser = world.browser()
    for url in ("/", "/Target", "/-/changes", "/-/search?q=text", "/-/projects", "/-/forms"):
        assert "Set-Cookie" not in browser.get(url).headers, url


def checksum(app: Flask) -> str:
    import hashlib

    from sqlalchemy import select

    from wiki.core import db

    with app.app_context():
        digest = hashlib.sha256()
        for table in db.Base.metadata.sorted_tables:
            for row in db.session().execute(select(table).order_by(*table.primary_key.columns)):
                digest.update(repr(tuple(row)).encode())
        return digest.hexdigest()
