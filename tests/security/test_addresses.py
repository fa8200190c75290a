"""Addresses and names nobody types by mistake: what lies on the disk, other paths, line ends, odd characters."""

from __future__ import annotations

import json

import pytest

from tests.world import World
from wiki.pages import find

PROBES = [
    "/instance/wiki.db",
    "/wiki.db",
    "/wiki.db-wal",
    "/secret_key",
    "/config.toml",
    "/.env",
    "/.git/config",
    "/backup.zip",
    "/backups/",
    "/files/",
    "/uploads/",
    "/mail/",
    "/search/",
    "/-/static/",
    "/-/static/vendor/",
    "/-/static/../secret_key",
    "/-/static/..%2f..%2fsecret_key",
    "/-/static/%2e%2e/pyproject.toml",
    "/-/static//etc/passwd",
    "/-/new-form/..%2f..%2fx",
    "/-/lent/../../secret_key",
]
SPLIT = "%0d%0aSet-Cookie:%20stolen=1%0d%0a%0d%0a<svg>"


@pytest.mark.parametrize("who", ["", "alice"], ids=["anonymous", "alice"])
def test_nothing_of_the_disk_is_served(world: World, who: str) -> None:
    browser = world.browser(who)
    for url in PROBES:
        answer = browser.get(url, follow_redirects=True)
        assert answer.status_code == 404, url
        assert b"SQLite format" not in answer.data


def test_look_and_language_are_no_paths(world: World) -> None:
    browser = world.browser()
    for odd in ("../../../etc/passwd", "..%2f..%2fx", "/etc/passwd", "file:///etc/passwd", "%00"):
        for name in ("theme", "lang", "template", "view"):
            answer = browser.get(f"/?{name}={odd}")
            assert answer.status_code == 200
            assert "root:" not in answer.text
        assert browser.get(f"/-/new?template={odd}").status_code == 200
        for url in (f"/-/macros/form?macro={odd}", f"/-/new-form/{odd}"):
            assert browser.get(url).status_code in (303, 404), url
        answer = browser.post("/-/language", {"lang": odd})
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (400, False)


def test_pages_that_show_files_or_pages_read_no_path(world: World) -> None:
    """What a component shows is named in the wiki, whatever looks like a path."""
    calls = [
        f'{{{{{name}="{path}"}}}}'
        for name in ("include page", "image file", "pdf file", "gallery files", "entries form")
        for path in ("../../../etc/passwd", "file:///etc/passwd", "/instance/secret_key")
    ]
    world.page("Paths", "\n\n".join(calls))
    answer = world.browser().get("/Paths")
    assert answer.status_code == 200
    assert "root:" not in answer.text
    assert world.app.secret_key not in answer.text


def test_line_end_in_an_address_makes_no_header(world: World) -> None:
    world.page("Page", "text")
    browser = world.browser("alice")
    for url in (
        f"/Page{SPLIT}",
        f"/page{SPLIT}",
        f"/Page/attachments/{SPLIT}",
        f"/-/tags/{SPLIT}",
        f"/-/login?next=/{SPLIT}",
        f"/-/forms/{SPLIT}.csv",
        f"/-/feeds/page/{SPLIT}.atom",
        f"/-/search/feed.atom?q={SPLIT}",
        f"/-/booklet/file.epub?of=Page&title={SPLIT}",
    ):
        answer = browser.get(url)
        assert answer.status_code in (200, 303, 404), url
        assert "stolen" not in str(answer.headers.getlist("Set-Cookie")), url
    for name in ("a\r\nSet-Cookie: stolen=1.txt", 'a"; filename="b.html', "-rf.txt", "--output=x"):
        head = f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\nx'
        sent = browser.post(
            "/Page/attachments",
            head.encode() + b"\r\n--cut--\r\n",
            content_type="multipart/form-data; boundary=cut",
        )
        assert sent.status_code in (303, 422), name
    with world.app.app_context():
        page = find.page_or_404("Page", actor=world.actor("alice"))
        from wiki.pages.files.attachments import files_of

        names = [file.name for file in files_of(page)]
    assert names
    for name in names:
        answer = browser.get(f"/Page/attachments/{name}")
        assert answer.status_code == 200
        assert len(answer.headers.getlist("Content-Disposition")) == 1
        assert "Set-Cookie" not in answer.headers


def test_broken_characters_in_json_are_made_whole_or_refused(world: World) -> None:
    """Half of a pair, a NUL, marks that turn the words round: no door that takes JSON trips on them."""
    world.page("Page", "text")
    bob, odd = world.browser("bob"), "a\\ud800b\\u0000c\\u202e"
    for method, url, keys in (
        ("PUT", "/-/api/v1/pages/Page", ("title", "text", "tags")),
        ("PUT", "/-/api/v1/pages/Other", ("title", "text")),
        ("PUT", "/Page/draft", ("title", "text", "tags")),
        ("POST", "/-/api/v1/pages/Page/comments", ("text",)),
        ("POST", "/-/api/v1/projects", ("title", "purpose")),
        ("PUT", "/-/api/v1/follows", ("kind", "name")),
    ):
        body = "{" + ", ".join(f'"{key}": "{odd}"' for key in keys) + "}"
        assert json.loads(body)
        answer = bob.client.open(
            url,
            method=method,
            data=body,
            content_type="application/json",
            headers={"Sec-Fetch-Site": "same-origin"},
            buffered=True,
        )
        assert answer.status_code in (200, 201, 204, 400, 422), (url, answer.text)
    for url in ("/Page", "/Page/edit", "/Page/history", "/Other", "/-/changes", "/-/projects"):
        answer = bob.get(url)
        assert answer.status_code in (200, 404), url
        answer.data.decode()
        assert "\x00" not in answer.text
