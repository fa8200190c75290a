"""Files on pages: who may send and see them, and how they are given to browsers."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from PIL import Image

from wiki.pages import find, rights
from wiki.pages.files import attachments
from wiki.pages.structure import trash

HTML = b"<html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


def png(width: int = 4, height: int = 3) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "#0b5f6b").save(stream, "PNG")
    return stream.getvalue()


def send(browser, page, *files, accept="text/html"):
    # Written by hand: the test client leaves open the file it makes of a large body.
    head = '--cut\r\nContent-Disposition: form-data; name="file"; filename="{}"\r\n\r\n'
    parts = [head.format(name).encode() + content + b"\r\n" for name, content in files]
    body = b"".join([*parts, b"--cut--\r\n"])
    kind = "multipart/form-data; boundary=cut"
    return browser.post(f"/{page}/attachments", body, headers={"Accept": accept}, content_type=kind)


def test_image_is_sent_shown_and_written(world):
    world.page("Page", "text")
    answer = send(
        world.browser("bob"), "Page", ("Plan d'été 1.png", png()), accept="application/json"
    )
    assert answer.status_code == 200
    markdown = answer.json["markdown"]
    world.browser("bob").post("/Page", {"text": markdown, "base": "1"})
    html = world.browser().get("/Page").text
    source = unescape(re.search(r'<img src="([^"]+)" alt="Plan-d[^"]+t\u00e9-1"', html)[1])
    found = world.browser().get(source)
    assert found.data == png()
    assert found.content_type == "image/png"


def test_several_files_go_at_once_and_are_listed(world):
    world.page("Page", "text")
    assert (
        send(world.browser("bob"), "Page", ("a.pdf", b"%PDF-1.7 x"), ("b.txt", b"b")).status_code
        == 303
    )
    for url in ("/Page", "/Page/attachments"):
        html = world.browser().get(url).text
        assert "a.pdf" in html
        assert "b.txt" in html
    assert "Files added: a.pdf, b.txt" in world.browser().get("/-/changes").text


@pytest.mark.parametrize(
    ("name", "content", "media_type", "inline"),
    [
        ("x.png", png(), "image/png", True),
        ("x.pdf", b"%PDF-1.7", "application/pdf", True),
        ("fake.pdf", HTML, "application/octet-stream", False),
        ("x.html", HTML, "application/octet-stream", False),
        ("x.xhtml", HTML, "application/octet-stream", False),
        ("x.pdf.html", b"%PDF-1.7" + HTML, "application/octet-stream", False),
        ("x.js", b"alert(1)", "application/octet-stream", False),
        ("x.php", b"<?php", "application/octet-stream", False),
        ("x.svg", SVG, "image/svg+xml", False),
        ("x.csv", b"a,b", "text/csv", False),
        ("x.odt", b"x", "application/vnd.oasis.opendocument.text", False),
        ("x", b"x", "application/octet-stream", False),
    ],
)
def test_nothing_sent_is_ever_active(world, name, content, media_type, inline):
    world.page("Page", "text")
    send(world.browser(), "Page", (name, content))
    answer = world.browser().get(f"/Page/attachments/{name}")
    assert answer.data == content
    assert answer.headers["Content-Type"].split(";")[0] == media_type
    assert answer.headers["Content-Disposition"].startswith("inline" if inline else "attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert ("sandbox" in policy) == (media_type != "application/pdf")
    assert "script-src" not in policy


def test_files_answer_head_ranges_and_etags(world):
    world.page("Page", "text")
    send(world.browser(), "Page", ("x.txt", b"0123456789"))
    url = "/Page/attachments/x.txt"
    client = world.browser().client
    with client.head(url) as head:
        assert head.headers["Content-Length"] == "10"
        etag = head.headers["ETag"]
    with client.get(url, headers={"Range": "bytes=2-4"}) as part:
        assert (part.status_code, part.data) == (206, b"234")
    with client.get(url, headers={"If-None-Match": etag}) as same:
        assert same.status_code == 304


def test_files_of_a_hidden_page_are_not_there(world):
    world.page("Secret", "text", read="@friends")
    send(world.browser("bob"), "Secret", ("x.txt", b"zyxqv7"))
    client = world.browser("xavier").client
    for method in (client.get, client.head):
        for headers in ({}, {"Range": "bytes=0-1"}):
            assert method("/Secret/attachments/x.txt", headers=headers).status_code == 404
    assert world.browser("carol").get("/Secret/attachments/x.txt").data == b"zyxqv7"
    assert send(world.browser("xavier"), "Secret", ("y.txt", b"y")).status_code == 404


def test_files_go_with_the_right_to_read_and_the_trash(world):
    page = world.page("Page", "text")
    send(world.browser(), "Page", ("x.txt", b"x"))
    with world.app.app_context():
        rights.set_rules(page, actor=world.actor("alice"), read="@friends")
    assert world.browser().get("/Page/attachments/x.txt").status_code == 404
    with world.app.app_context():
        trash.put_in_trash(
            find.page_or_404("Page", actor=world.actor("alice")), actor=world.actor("alice")
        )
    assert world.browser("alice").get("/Page/attachments/x.txt").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "../wiki.db",
        "..%2f..%2fwiki.db",
        "%2e%2e/secret_key",
        "/etc/passwd",
        "x/../../y",
        "a%00b",
        "-x",
    ],
)
def test_paths_lead_nowhere(world, path):
    world.page("Page", "text")
    answer = world.browser().get(f"/Page/attachments/{path}")
    assert answer.status_code in {301, 308, 404}
    if answer.status_code != 404:
        assert world.browser().get(answer.location).status_code == 404


def test_sending_needs_the_right_to_write(world):
    page = world.page("Page", "text")
    with world.app.app_context():
        rights.set_rules(page, actor=world.actor("alice"), write="+")
    assert send(world.browser(), "Page", ("x.txt", b"x")).status_code == 403
    assert world.browser().post("/Page/attachments/x.txt/remove").status_code == 403
    assert send(world.browser("bob"), "Missing", ("x.txt", b"x")).status_code == 404


def test_bad_images_are_refused_with_a_reason(world):
    world.page("Page", "text")
    for name, content in (("x.png", HTML), ("x.jpg", png()[:40]), ("x.gif", SVG)):
        answer = send(world.browser(), "Page", (name, content), accept="application/json")
        assert answer.status_code == 422, name
        assert name in answer.json["error"]
    page = send(world.browser(), "Page", ("<b>x</b>.png", HTML))
    assert page.status_code == 422
    assert "<b>x" not in page.text
    assert world.browser().get("/Page/attachments").text.count("<code>") == 0


def test_nothing_chosen_is_told(world):
    world.page("Page", "text")
    assert world.browser().post("/Page/attachments", {}).status_code == 422


def test_too_large_is_told_with_the_limit(instance, settings):
    from tests.world import World
    from wiki.app import create_app

    app = create_app(instance, **(settings | {"max_upload_mb": 1}))
    world = World(app)
    world.page("Page", "text")
    big = b"x" * (1024 * 1024 + 1)
    answer = send(world.browser(), "Page", ("x.txt", big), accept="application/json")
    assert answer.status_code == 413
    assert "1 MB" in answer.json["error"]
    answer = send(world.browser(), "Page", ("x.txt", big * 2))
    assert answer.status_code == 413
    assert "1 MB" in answer.text
    assert send(world.browser(), "Page", ("x.txt", b"x" * 1024 * 1024)).status_code == 303
    app.extensions["gare.db"].dispose()


def test_same_name_replaces_and_removal_removes(world):
    world.page("Page", "text")
    send(world.browser(), "Page", ("x.txt", b"one"))
    send(world.browser(), "Page", ("x.txt", b"two"))
    assert world.browser().get("/Page/attachments/x.txt").data == b"two"
    assert (
        world.browser().get("/Page/attachments").text.count('href="/Page/attachments/x.txt"') == 1
    )
    assert world.browser().post("/Page/attachments/x.txt/remove").status_code == 303
    assert world.browser().get("/Page/attachments/x.txt").status_code == 404
    assert world.browser().post("/Page/attachments/x.txt/remove").status_code == 404


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\a b.jpg", "a-b.jpg"),
        (".htaccess", "htaccess"),
        ("-rf.txt", "rf.txt"),
        ("e\u0301te\u0301.png", "été.png"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("x\r\nSet-Cookie: y.txt", "xSet-Cookie:-y.txt"),
        ("🚉.png", "🚉.png"),
        ("...", "file"),
        ("", "file"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
        ("<img src=x>.png", "img-src=x-.png"),
    ],
)
def test_names_are_cleaned(raw, clean):
    assert attachments.clean_name(raw) == clean
