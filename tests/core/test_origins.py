"""What headers take of an address: an exact origin, or nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.world import World
from wiki.app import create_app
from wiki.config import BadSetting
from wiki.core import db, settings
from wiki.core.http import allow_frame, allow_framing
from wiki.core.origins import BadOrigin, parse_host, parse_origin

GOOD = {
    "https://good.example": "https://good.example",
    "https://GOOD.example/a?b#c": "https://good.example",
    "HTTPS://good.example:443/": "https://good.example",
    "http://good.example:80": "http://good.example",
    "http://good.example:8080": "http://good.example:8080",
    "https://good.example:08443/x": "https://good.example:8443",
    "https://bücher.example/": "https://xn--bcher-kva.example",
    "https://xn--bcher-kva.example/": "https://xn--bcher-kva.example",
    "http://localhost:5000": "http://localhost:5000",
    "https://192.0.2.1/": "https://192.0.2.1",
    "https://[2001:DB8:0::1]:8443/": "https://[2001:db8::1]:8443",
    "https://good.example/a;b,c*d": "https://good.example",
}
BAD = [
    "",
    "good.example",
    "//good.example",
    "ftp://good.example",
    "javascript://good.example/%0aalert(1)",
    "https://",
    "https:///path",
    "https:good.example",
    "https://good.example:;sandbox",
    "https://good.example:443;sandbox",
    "https://good.example;script-src *",
    "https://good.example;sandbox",
    "https://good.example,evil.example",
    "https://*.example",
    "https://*",
    "https://good.example:*",
    "https://good.example:",
    "https://good.example:0",
    "https://good.example:99999",
    "https://good.example:-1",
    "https://good.example:+443",
    "https://good.example:4 43",
    "https://good.example:٤٤٣",
    "https://good.example:4_43",
    "https://me@good.example",
    "https://me:pass@good.example",
    "https://@good.example",
    "https://good.example@evil.example",
    "https://good.example evil.example",
    " https://good.example",
    "https://good.example ",
    "https://good.example\n",
    "https://good.exa\nmple",
    "https://good.example\r\nSet-Cookie: a=b",
    "https://good.example\tx",
    "https://good.example\x00",
    "https://good.example\u2028",
    "https://good.example\u00a0",
    "https://good.example\\@evil.example",
    "https:\\\\good.example",
    "https://good。example",
    "https://good．example",
    "https://good｡example",
    "https://good.example.",
    "https://good..example",
    "https://.good.example",
    "https://-good.example",
    "https://good-.example",
    "https://good_.example",
    "https://good%2eexample",
    "https://good.example%3bsandbox",
    "https://good.example'",
    'https://good.example"',
    "https://good.example'self'",
    "https://℀.example",
    "https://[::1%25eth0]/",
    "https://[::1%eth0]/",
    "https://[fe80::1",
    "https://[not:an:ip]/",
    "https://[v1.a]/",
    "https://[::1]x/",
    "https://::1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://1.2.3.4.5/",
    "https://01.2.3.4/",
    "https://256.1.1.1/",
    "https://" + "a" * 64 + ".example",
    "https://" + "a." * 130 + "example",
    "https://good.example/" + "a" * 5000,
]


@pytest.mark.parametrize("url", GOOD)
def test_origin_is_exact(url: str) -> None:
    assert str(parse_origin(url)) == GOOD[url]
    assert str(parse_origin(GOOD[url])) == GOOD[url]


@pytest.mark.parametrize("url", BAD)
def test_odd_address_has_no_origin_and_comes_into_no_policy(app: Flask, url: str) -> None:
    with pytest.raises(BadOrigin):
        parse_origin(url)
    with app.test_request_context("/"):
        with pytest.raises(BadOrigin):
            allow_frame(url)
        with pytest.raises(BadOrigin):
            allow_framing([url])


@pytest.mark.parametrize("host", ["", "a b", "a;b", "*", "a,b", "a:1", "::1", "[::1", "a/b", "a%b"])
def test_odd_host_is_refused(host: str) -> None:
    with pytest.raises(BadOrigin):
        parse_host(host)


@pytest.mark.parametrize("macro", ["embed", "video"])
def test_no_address_of_a_page_adds_to_its_policy(world: World, macro: str) -> None:
    with world.app.app_context(), db.write() as session:
        settings.put(session, embed_hosts=["good.example"])
    world.page("Plain", "none")
    usual = world.browser().get("/Plain").headers["Content-Security-Policy"]
    odd = [url for url in BAD if not set(url) & set('"\n\r\x00')]
    calls = (
        f'{{{{{macro} url="{url}{"/w/abcdefgh" if macro == "video" else ""}"}}}}' for url in odd
    )
    for number, call in enumerate(calls):
        world.page(f"Odd-{number}", call)
        answer = world.browser().get(f"/Odd-{number}")
        assert answer.status_code == 200
        policy = answer.headers["Content-Security-Policy"]
        assert policy in {usual, f"{usual}; frame-src https://good.example"}, odd[number]


def test_public_address_of_a_wiki_is_one(app: Flask) -> None:
    folder = app.config["GARE"].instance
    for bad in ("net.example.org", "https://net.example.org:;x", "https://a b", "//net.example"):
        with pytest.raises(BadSetting):
            create_app(folder, base_url=bad)


def test_sites_that_admins_allow_are_names_alone(world: World) -> None:
    alice = world.browser("alice")
    for bad in (
        "good.example:;sandbox",
        "*.example",
        "good.example.",
        "127.1",
        "a_b.example",
        "good",
    ):
        for field in ("embed_hosts", "framed_by"):
            answer = alice.post("/-/admin/site", {field: bad})
            assert answer.status_code == 422 and "Names of sites" in answer.text, (field, bad)
