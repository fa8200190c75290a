"""Two wikis in one process share nothing; a wiki under a sub-path links to itself only."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from werkzeug.test import Client

from tests import demo
from tests.world import PASSWORD, World
from wiki import worker
from wiki.app import close_app
from wiki.hosting import Hosting

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def hosting(prepared: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Hosting:
    if request.config.getoption("database") != "sqlite":
        pytest.skip("each wiki of a hosting has its own database: tried on SQLite")
    for name in ("one.example", "~two"):
        shutil.copytree(prepared, tmp_path / name)
        (tmp_path / name / "secret_key").unlink()
    made = Hosting(tmp_path)
    request.addfinalizer(lambda: [close_app(app) for app in made._apps.values()])
    return made


def test_two_wikis_share_no_page_person_session_file_or_hit(hosting: Hosting) -> None:
    one, two = hosting.app("one.example"), hosting.app("~two")
    World(one).page("Only-Here", "onlyword of the first wiki")
    for app in (one, two):
        while worker.tick(app):
            pass
    client = Client(hosting)
    base = "http://one.example/"
    assert "onlyword" in client.get("/Only-Here", base_url=base).text
    assert client.get("/two/Only-Here", base_url=base).status_code == 404
    assert client.get("/-/api/v1/search?q=onlyword", base_url=base).json["total"] == 1
    assert client.get("/two/-/api/v1/search?q=onlyword", base_url=base).json["total"] == 0


def test_sign_in_of_one_wiki_is_nothing_to_the_other(hosting: Hosting) -> None:
    client = Client(hosting)
    answer = client.post(
        "/-/login",
        base_url="http://one.example/",
        data={"name": "alice", "password": PASSWORD},
        headers=SAME_SITE,
    )
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    assert client.get("/-/admin", base_url="http://one.example/").status_code == 200
    stolen = {"Cookie": cookie}
    assert (
        Client(hosting)
        .get("/two/-/admin", base_url="http://one.example/", headers=stolen)
        .status_code
        == 303
    )


def test_unknown_address_is_told(hosting: Hosting) -> None:
    assert Client(hosting).get("/", base_url="http://nobody.example/").status_code == 404


def test_crawl_of_the_demo_passes_under_a_sub_path(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("database") != "sqlite":
        pytest.skip("hosting is tried on SQLite")
    shutil.copytree(demo.made_once(tmp_path_factory), tmp_path / "~net")
    hosting = Hosting(tmp_path)
    client, base = Client(hosting), "http://wikis.example"
    seen, paths, waiting = set(), set(), ["/net/"]
    while waiting and len(seen) < 250:
        url = waiting.pop(0)
        if url in seen:
            continue
        seen.add(url)
        paths.add(url.partition("?")[0])
        answer = client.get(url, base_url=base, buffered=True)
        assert answer.status_code in (200, 303, 400), (url, answer.status_code)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        for kind, link in re.findall(r'(href|src|action|data-[a-z-]*url)="([^"]+)"', answer.text):
            target = urldefrag(urljoin(base + url, unescape(link)))[0]
            if target.startswith(base):
                path = target.removeprefix(base)
                assert path.startswith("/net/") or path == "/net", (url, link)
                if (
                    kind in ("href", "src")
                    and path.partition("?")[0] not in paths
                    and not _missing_link(answer.text, link)
                ):
                    waiting.append(path)
    assert len(seen) > 100
    for made in hosting._apps.values():
        close_app(made)


def _missing_link(html: str, link: str) -> bool:
    return f'class="missing" href="{link}"' in html
