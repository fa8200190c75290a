"""Nothing of the inside is ever asked for, and no server can hold us long or fill the memory."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from wiki.core import outbound

INSIDE = [
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://127.0.0.1/",
    "http://localhost/",
    "http://[::1]/",
    "http://0.0.0.0/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://192.168.1.1/",
    "http://172.16.0.1/",
    "http://100.64.0.1/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://user@127.0.0.1/",
    "http://user:word@example.org/",
    "http://example.org:22/",
    "https://example.org:8443/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "ftp://example.org/",
    "//127.0.0.1/",
    "http://",
    "http://[",
    "http://exa mple.org/\r\nHost: x",
    "http://93.184.216.34/a b",
    "",
]


class Site(BaseHTTPRequestHandler):
    """Answers what the test wants."""

    answer: Callable[[Site], None]

    def do_GET(self):
        self.server.seen.append(self.path)
        self.server.answer(self)

    def log_message(self, *_words):
        pass

    def give(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def site() -> Iterator[ThreadingHTTPServer]:
    """A server on loopback that notes who asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.seen, server.answer = [], lambda one: one.give(b"hello")
    server.daemon_threads, server.block_on_close = True, False
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def reachable(site, monkeypatch):
    """Lets `site.test`, and nothing else, be the server on loopback, as if it were public."""
    port, real = site.server_address[1], outbound._public_address

    def address(host: str, wanted: int) -> str:
        return "127.0.0.1" if host == "site.test" else real(host, wanted)

    monkeypatch.setattr(outbound, "PORTS", {"http": port, "https": port})
    monkeypatch.setattr(outbound, "_public_address", address)
    return site


@pytest.mark.parametrize("url", INSIDE)
def test_address_of_the_inside_is_refused_and_never_asked(site, url):
    with pytest.raises(outbound.Refused):
        outbound.fetch(url.format(port=site.server_address[1]))
    assert site.seen == []


def test_name_with_one_private_address_is_refused(monkeypatch):
    rows = [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(outbound.socket, "getaddrinfo", lambda *_a, **_k: rows)
    with pytest.raises(outbound.Refused, match="public"):
        outbound.fetch("http://two-faced.example/")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_address_is_one(address):
    assert outbound.is_public(address)


def test_answer_is_given_whole(reachable):
    reachable.answer = lambda one: one.give(b"<feed/>", Content_Type="application/xml; charset=x")
    answer = outbound.fetch("http://site.test/feed?x=1")
    assert (answer.body, answer.media_type) == (b"<feed/>", "application/xml")
    assert reachable.seen == ["/feed?x=1"]


def test_redirect_is_followed_and_checked_again(reachable):
    moves = {"/a": "/b", "/b": "http://127.0.0.1/secret", "/c": "/d"}
    reachable.answer = lambda one: (
        one.give(b"", 302, Location=moves[one.path]) if one.path in moves else one.give(b"end")
    )
    assert outbound.fetch("http://site.test/c").body == b"end"
    with pytest.raises(outbound.Refused, match="public"):
        outbound.fetch("http://site.test/a")
    assert "/secret" not in reachable.seen


def test_endless_redirects_end(reachable):
    reachable.answer = lambda one: one.give(b"", 301, Location="/again")
    with pytest.raises(outbound.Refused, match="redirects"):
        outbound.fetch("http://site.test/")
    assert len(reachable.seen) == outbound.REDIRECTS + 1


@pytest.mark.parametrize("status", [204, 401, 404, 500])
def test_other_status_is_refused(reachable, status):
    reachable.answer = lambda one: one.give(b"", status)
    with pytest.raises(outbound.Refused, match=str(status)):
        outbound.fetch("http://site.test/")


@pytest.mark.parametrize("largest", [1000, outbound.LARGEST])
def test_body_too_large_is_left(reachable, largest):
    reachable.answer = lambda one: one.give(b"x" * (largest + 1))
    with pytest.raises(outbound.Refused, match="large"):
        outbound.fetch("http://site.test/", largest=largest)


def test_packed_body_is_refused(reachable):
    packed = gzip.compress(b"0" * 10_000_000)
    reachable.answer = lambda one: one.give(packed, Content_Encoding="gzip")
    with pytest.raises(outbound.Refused, match="packed"):
        outbound.fetch("http://site.test/")


def test_silent_server_is_left(reachable, monkeypatch):
    monkeypatch.setattr(outbound, "PAUSE", 0.2)
    held = threading.Event()
    reachable.answer = lambda _one: held.wait(20)
    try:
        with pytest.raises(OSError):
            outbound.fetch("http://site.test/")
    finally:
        held.set()


@pytest.mark.parametrize("where", ["headers", "body"])
def test_server_that_drips_is_cut_at_the_deadline(reachable, monkeypatch, where):
    monkeypatch.setattr(outbound, "SECONDS", 0.4)
    ended = threading.Event()

    def drip(one):
        one.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if where == "body" else b"X-Slow: "))
        try:
            while not ended.wait(0.05):
                one.wfile.write(b"x")
        except OSError:
            ended.set()

    reachable.answer = drip
    with pytest.raises(OSError):
        outbound.fetch("http://site.test/")
    # The server notices, within its own time, that nobody listens any more.
    assert ended.wait(20)


def test_probe_asks_with_head_and_once_more_with_get(reachable, monkeypatch):
    monkeypatch.setattr(Site, "do_HEAD", lambda one: one.give(b"", 405), raising=False)
    reachable.answer = lambda one: one.give(b"x" * 100_000)
    assert outbound.probe("http://site.test/a") == 200
    assert reachable.seen == ["/a"]
    reachable.answer = lambda one: one.give(b"", 410)
    assert outbound.probe("http://site.test/b") == 410
    monkeypatch.setattr(
        Site, "do_HEAD", lambda one: one.give(b"", 302, Location="http://127.0.0.1/")
    )
    with pytest.raises(outbound.Refused, match="public"):
        outbound.probe("http://site.test/c")
