"""Hostile words in a page, its title, its file's name, an address: on every screen that shows them they stay words."""

from __future__ import annotations

import inspect
import io
import re
import shutil
import sys
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from tests.conftest import own_settings, running
from tests.pages.counting import statements
from tests.security.private_things import make_things
from tests.world import Browser, World
from wiki import worker
from wiki.bazar.forms import changes
from wiki.bazar.models import FieldSpec
from wiki.core import db
from wiki.core.http import Invalid
from wiki.pages import find, save
from wiki.pages.content import Content

SVG = '"><svg onload=alert(1)>'
RAW = "<img src=x onerror=alert(1)><svg onload=alert(1)></svg><script>alert(1)</script>"
SCRIPTS = re.compile(r"/-/static/[\w./-]+\.js\?v=\w+")
MODULE_ARGUMENT = re.compile(
    r"""args\.(?:get|getlist)\(\s*"(\w+)"|number_argument\(\s*"(\w+)"|"(\w+)" in request\.args"""
)


class Active(HTMLParser):
    """Collects what a browser would run, or take for a control, that is not ours."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name, value in given.items():
            address = "".join(value.split()).lower()
            runs = name in {"href", "src", "action", "formaction"} and address.startswith(
                ("javascript:", "data:text", "vbscript:")
            )
            if name.startswith("on") or name in {"style", "srcdoc"} or runs:
                self.found.append(f"<{tag} {name}={value!r}>")
        if tag == "script" and not SCRIPTS.fullmatch(given.get("src", "")):
            self.found.append(f"<script {given}>")
        if tag in {"base", "iframe", "object", "embed"}:
            self.found.append(f"<{tag}>")


@pytest.fixture(scope="module")
def attacked(
    server: str, prepared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A wiki where someone without account wrote a page full of markup, under a title and tags of markup."""
    folder = tmp_path_factory.mktemp("attacked") / "instance"
    shutil.copytree(prepared, folder)
    with own_settings(server, "attacked") as settings, running(folder, settings) as app:
        world = World(app)
        form = {"title": f"Odd {SVG}", "text": RAW, "tags": f"{SVG}, plain", "name": "Odd"}
        assert world.browser().post("/-/new", form).status_code == 303
        again = {"title": f"Odd {RAW}", "text": f"{RAW}\n\nmore", "summary": RAW, "base": "1"}
        assert world.browser().post("/Odd", again).status_code == 303
        world.page("Target", f"see [[Odd]] and [[{RAW}]]")
        while worker.tick(app):
            pass
        yield world


def test_raw_markup_is_words_on_every_screen_that_shows_it(attacked: World) -> None:
    for who in ("", "alice"):
        browser = attacked.browser(who)
        for url in (
            *(f"/Odd{end}" for end in PAGE_SCREENS),
            *(f"/Odd/diff?from=1&to=2&show={show}" for show in ("rendered", "side", "source")),
            "/Target",
            "/Target/move",
            "/-/changes?minor=1",
            "/-/tags",
            "/-/tree",
            "/-/garden/orphans",
            "/-/garden/wanted",
            "/-/garden/same-titles",
            "/-/search?q=odd",
            "/-/search/instant?q=odd",
            "/-/booklet?of=Odd",
            "/-/booklet/read?of=Odd",
            "/-/new?template=Odd",
        ):
            answer = browser.get(url)
            assert answer.status_code in (200, 303, 403), (url, answer.status_code)
            assert Active(answer.text).found == [], url
    preview = attacked.browser().post(
        "/Odd", {"text": RAW, "title": RAW, "base": "2", "preview": "1"}
    )
    assert preview.status_code == 200
    assert Active(preview.text).found == []


PAGE_SCREENS = (
    "",
    "/history",
    "/revisions/1",
    "/blame",
    "/authors",
    "/edit",
    "/backlinks",
    "/attachments",
    "/slides",
    "/comments",
    "/share",
    "/move",
    "/rights",
    "/review",
    "/template",
    "/trash",
)


def test_source_is_never_a_page_to_the_browser(attacked: World) -> None:
    answer = attacked.browser().get("/Odd/raw")
    assert answer.mimetype == "text/plain"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_messages_hold_names_as_text(attacked: World) -> None:
    """What follows a change (a flash, an error) names what people named."""
    alice = attacked.browser("alice")
    attacked.page("Messenger", "text", title=SVG)
    for url, form in (
        ("/Messenger/move", {"name": "Messenger", "title": f"{SVG} again"}),
        ("/Messenger/move", {"parent": SVG}),
        ("/Messenger/move", {"name": SVG}),
        ("/Messenger/rights", {"read": SVG, "owner": SVG}),
        ("/Messenger/favourite", {}),
        ("/Messenger/revisions/1/label", {"label": SVG}),
        ("/Messenger/share/links", {"label": SVG, "until": SVG}),
        ("/Messenger/comments", {"text": SVG}),
        ("/Messenger/trash", {}),
        ("/-/new", {"title": SVG, "name": "Odd"}),
        ("/-/projects/new", {"title": SVG, "purpose": SVG}),
        ("/-/admin/people", {"name": SVG, "email": SVG}),
        ("/-/admin/groups", {"name": SVG}),
    ):
        answer = alice.post(url, form)
        assert answer.status_code < 500, url
        assert Active(answer.text).found == [], url
        if answer.status_code == 303:
            assert Active(alice.get(answer.location).text).found == [], url
    for name in ("<img src=x onerror=alert(1)>.png", f"{SVG}.txt", "x.svg"):
        upload = {"file": (io.BytesIO(b"<svg onload=alert(1)>"), name)}
        answer = alice.post("/Odd/attachments", upload, content_type="multipart/form-data")
        assert Active(answer.text).found == []
        assert Active(alice.get("/Odd/attachments").text).found == []


@pytest.mark.parametrize(
    "word",
    ["{{7*7}}", "{% import os %}", "${7*7}", "{0.__class__.__init__.__globals__}", "%(x)s %s 9%"],
)
def test_templates_and_formats_are_words(world: World, word: str) -> None:
    """In a title, a comment, a label, a tag: on the screen, and in what is said of them after a change."""
    world.page("Odd", word, title=word, tags=("plain",))
    with world.app.app_context(), db.write() as session:
        label = FieldSpec("title", "text", word, required=True)
        changes.make_form(session, title=word, key="odd", fields=[label])
    alice = world.browser("alice")
    assert alice.post("/Odd/comments", {"text": word}).status_code == 303
    shown = [alice.get(url) for url in ("/Odd", "/Odd/history", "/Odd/edit", "/-/forms/odd")]
    refused = alice.post("/-/forms/odd/new", {"title": ""})
    assert refused.status_code == 422
    moved = alice.post("/Odd/move", {"name": "Odder", "title": word})
    for answer in (*shown, refused, alice.get(moved.location)):
        assert word in unescape(answer.text), answer.request.path
    trashed = alice.post("/Odder/trash")
    assert alice.get(trashed.location).status_code in (200, 404)


def test_arguments_of_every_address_never_come_back_as_markup(attacked: World, app: Flask) -> None:
    """Each GET route with each argument that its module reads, one at a time, so that none hides another."""
    browsers = [attacked.browser(), attacked.browser("alice")]
    tried = 0
    for rule in attacked.app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint == "static":
            continue
        for argument in sorted(_arguments(attacked.app, rule)):
            for browser in browsers:
                answer = browser.get(_address(rule), query_string={argument: SVG})
                # oEmbed's own word for a format that is not spoken.
                known = (501,) if rule.rule == "/-/oembed" else ()
                assert answer.status_code in {*range(500), *known}, (rule.rule, argument)
                if answer.mimetype not in ("application/json", "text/plain", "text/csv"):
                    assert "<svg onload" not in answer.text, (rule.rule, argument)
            tried += 1
    assert tried > 150
    for end in ("", "/history", "/attachments"):
        for url in (f"/{SVG}{end}", f"/Odd/{SVG}", f"/-/{SVG}"):
            for method in ("GET", "POST", "DELETE"):
                answer = browsers[0].client.open(
                    url, method=method, headers={"Sec-Fetch-Site": "same-origin"}, buffered=True
                )
                assert answer.status_code in (303, 400, 403, 404, 405), (url, method)
                assert "<svg onload" not in answer.text, (url, method)


def test_hidden_page_takes_as_much_work_as_a_missing_one(
    server: str, prepared: Path, tmp_path: Path
) -> None:
    """Time tells as much as words: the same statements run, whether there is a page or none."""
    folder = tmp_path / "instance"
    shutil.copytree(prepared, folder)
    with own_settings(server, "work") as settings, running(folder, settings) as app:
        world = World(app)
        make_things(world)
        xavier = world.browser("xavier")
        for end in (
            "",
            "/raw",
            "/history",
            "/diff?from=1&to=2",
            "/revisions/1",
            "/blame",
            "/share",
        ):
            counts = [
                _work(app, xavier, f"/{name}{end}") for name in ("Hidden-Page", "Nowhere-Page")
            ]
            assert counts[0] == counts[1], end
        for path in ("/-/api/v1/pages/{}", "/-/feeds/page/{}.atom", "/-/follow?page={}"):
            counts = [
                _work(app, xavier, path.format(name)) for name in ("Hidden-Page", "Nowhere-Page")
            ]
            assert counts[0] == counts[1], path
        _files_are_closed_whatever_is_asked(world, xavier)


def _files_are_closed_whatever_is_asked(world: World, xavier: Browser) -> None:
    hidden, public = (
        "/Hidden-Page/attachments/zyxqpage.txt",
        "/Public-Page/attachments/abcwpage.txt",
    )
    etag = world.browser("alice").get(hidden).headers["ETag"]
    for browser in (world.browser(), xavier):
        for method in ("GET", "HEAD"):
            for headers in ({}, {"Range": "bytes=0-3"}, {"If-None-Match": etag}):
                asked = {"method": method, "headers": headers, "buffered": True}
                answer = browser.client.open(hidden, **asked)
                assert answer.status_code == 404
                assert "ETag" not in answer.headers
                assert b"zyxq" not in answer.data.replace(hidden.encode(), b"")
                assert browser.client.open(public, **asked).status_code in (200, 206)


def test_no_object_of_the_api_holds_a_secret_of_anyone(attacked: World) -> None:
    """Bob reads every address of the API: no hash, no token, no e-mail but perhaps his own, no IP address."""
    bob = attacked.browser("bob")
    read = 0
    for rule in attacked.app.url_map.iter_rules():
        if "GET" not in rule.methods or not rule.rule.startswith("/-/api/"):
            continue
        answer = bob.get(_address(rule, name="Odd"))
        read += answer.status_code == 200
        text = answer.text.replace("bob@example.org", "")
        assert not re.search(r"\$argon2|_hash\b|[\w.]+@example\.org|127\.0\.0\.1|sign_in", text), (
            rule
        )
    assert read > 10


def test_large_texts_are_saved_or_given_back(world: World) -> None:
    """A megabyte is saved; past it, the answer is the editor with all that was typed."""
    limit = world.app.config["GARE"].max_page_kb * 1024
    phrase = (
        "Une phrase avec un [[lien]] et du **gras**. " + "Une autre, sans rien, plus longue. " * 9
    )
    whole = (f"{phrase}\n\n" * (limit // (len(phrase) + 2))).strip()
    world.page("Big", "before")
    browser = world.browser()
    assert browser.post("/Big", {"title": "Big", "text": whole, "base": "1"}).status_code == 303
    assert world.text("Big") == whole
    assert len(whole) > 0.99 * limit
    assert "<strong>gras</strong>" in browser.get("/Big").text
    for size in (limit + 1, 5 * 1024 * 1024):
        typed = "a" * (size - 4) + " end"
        answer = browser.post("/Big", {"title": "Big", "text": typed, "base": "2"})
        assert answer.status_code == 413
        assert typed in answer.text
    assert world.text("Big") == whole
    with world.app.app_context(), pytest.raises(Invalid):
        page = find.page_or_404("Big", actor=world.actor("alice"))
        save.save(page, Content("Big", "a" * (limit + 1)), base=None, author=world.actor("alice"))


def _work(app: Flask, browser: Browser, url: str) -> int:
    browser.get(url)
    with statements(app) as seen:
        assert browser.get(url).status_code == 404, url
    return len(seen)


def _arguments(app: Flask, rule: Rule) -> set[str]:
    """Return the names of the arguments that the module of a route reads from addresses."""
    view = inspect.unwrap(app.view_functions[rule.endpoint])
    source = inspect.getsource(sys.modules[view.__module__])
    found = {name for names in MODULE_ARGUMENT.findall(source) for name in names if name}
    return found | {"page"}


def _address(rule: Rule, name: str = "Target") -> str:
    values = {
        argument: "1" if isinstance(converter, IntegerConverter) else name
        for argument, converter in rule._converters.items()
    }
    return str(rule.build(values, append_unknown=False)[1])
