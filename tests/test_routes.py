"""Every route says who it is for, takes changes from our own pages only, and never fails on odd input."""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Rule

from tests.security.private_things import make_things
from tests.world import Browser, World
from wiki.core import db
from wiki.core.http import HEADERS

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
WAYS_OUT = ("/-/follow/confirm/<token>", "/-/unsubscribe/<token>")
LINK = re.compile(r'(?:href|src|action|hx-get)="(/[^"#]*)')
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
    """By a form or as plain text; a program without any cookie may use the API, and whoever was mailed a way out."""
    world.page("Target", "text")
    alice, visitor = world.browser("alice"), world.browser()
    form = {"data": {"csrf_token": "", "text": "forged", "base": "1"}}
    plain = {"data": b'{"text": "forged"}', "content_type": "text/plain"}
    for rule in rules(app):
        program = rule.rule.startswith("/-/api/") or rule.rule in WAYS_OUT
        for method in rule.methods & set(UNSAFE):
            for browser, sent in ((alice, form), (alice, plain), (visitor, form)):
                if browser is visitor and program and not headers:
                    continue
                answer = browser.client.open(address(rule), method=method, headers=headers, **sent)
                assert answer.status_code == 403, (rule.rule, method, answer.status_code)
    assert world.text("Target") == "text"


def test_get_changes_nothing(app: Flask, world: World) -> None:
    """Each address with names that are not there, then what links lead to in a wiki that holds everything."""
    make_things(world)
    browser = world.browser("alice")
    before = checksum(app)
    for rule in rules(app):
        if "GET" in rule.methods:
            browser.get(address(rule))
    assert len(crawled(app, browser)) > 80
    assert checksum(app) == before


def crawled(app: Flask, browser: Browser) -> dict[str, int]:
    """Follow links, two of each route; return how many of each were."""
    paths = app.url_map.bind("localhost")
    todo, seen, followed = ["/", "/-/me", "/-/admin", "/-/forms"], set(), Counter()
    while todo:
        url = todo.pop(0)
        try:
            endpoint, _values = paths.match(urlsplit(url).path)
        except HTTPException:
            continue
        if url in seen or endpoint == "static" or followed[endpoint] == 2:
            continue
        seen.add(url)
        followed[endpoint] += 1
        answer = browser.get(url)
        assert answer.status_code < 500, url
        if answer.location:
            todo.append(answer.location)
        if answer.mimetype == "text/html":
            todo += [unescape(one) for one in LINK.findall(answer.text)]
    return followed


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


def test_headers_are_on_every_answer(app: Flask, world: World) -> None:
    """Whatever the status, the method and what is answered: page, file, feed, API, error."""
    world.page("Target", "text")
    sent = {"file": (io.BytesIO(b"content"), "a.txt")}
    world.browser().post("/Target/attachments", sent, content_type="multipart/form-data")
    own = {"Sec-Fetch-Site": "same-origin"}
    statuses = Counter()
    browser = world.browser()

    def ask(url: str, method: str = "GET", **more: Any) -> Any:
        answer = browser.client.open(url, method=method, buffered=True, **more)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'"), url
        assert "unsafe" not in policy or policy.endswith("; sandbox"), url
        assert set(HEADERS) - set(answer.headers.keys()) == set(), url
        assert answer.headers["X-Content-Type-Options"] == "nosniff", url
        assert "Server" not in answer.headers, url
        statuses[answer.status_code] += 1
        return answer

    for url in (
        "/",
        "/Target/attachments/a.txt",
        "/-/changes.atom",
        "/-/api/v1/pages",
        "/robots.txt",
        "/-/theme.css",
    ):
        for method in ("GET", "HEAD", "OPTIONS"):
            ask(url, method)
    for url in ("/-/static/css/main.css", "/Target/attachments/a.txt"):
        ask(url, headers={"If-None-Match": ask(url).headers["ETag"]})
        ask(url, headers={"Range": "bytes=0-1"})
        ask(url, headers={"Range": "bytes=900000-"})
    ask("/target")
    ask("/-/admin")
    ask("/Target/diff?from=x")
    ask("/Target", "POST", data={"text": "from elsewhere"})
    ask("/-/login", "PATCH", headers=own)
    ask("/Target", "TRACE")
    ask("/-/static/nothing.css")
    ask("/-/api/v1/pages/Nowhere")
    ask("/Target", "POST", headers=own, data={"text": "a" * 2_000_000, "base": "1"})
    ask("/-/login", "POST", headers=own, data={"name": "alice", "password": "wrong"})
    ask("/-/api/v1/pages/Target", "PUT", headers=own, data="text")
    app.config["GARE"] = replace(app.config["GARE"], rate_limits=True)
    for _time in range(11):
        ask("/-/reset", "POST", headers=own, data={"name": "nobody"})
    with app.app_context(), db.write() as session:
        session.execute(text("ALTER TABLE token RENAME TO token_gone"))
    ask("/-/reset/x")
    wanted = {200, 206, 301, 303, 304, 400, 403, 404, 405, 413, 415, 416, 422, 429, 500}
    assert wanted - statuses.keys() == set()


def test_reader_without_account_gets_no_cookie(world: World) -> None:
    world.page("Target", "text {{recent}}")
    browser = world.browser()
    for url in ("/", "/Target", "/-/changes", "/-/search?q=text", "/-/projects", "/-/forms"):
        assert "Set-Cookie" not in browser.get(url).headers, url


def checksum(app: Flask) -> str:
    with app.app_context():
        digest = hashlib.sha256()
        for table in db.Base.metadata.sorted_tables:
            for row in db.session().execute(select(table).order_by(*table.primary_key.columns)):
                digest.update(repr(tuple(row)).encode())
        return digest.hexdigest()
