"""The one way out: fetch a public web address, never anything of the inside, in little time and memory.

Every address a name stands for must be public, at each redirect; the connection goes to the address
that was checked, so that the name cannot mean another one a moment later.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer
from time import monotonic
from urllib.parse import urljoin, urlsplit

SECONDS = 10.0
"""Most seconds a fetch lasts, redirects and all of its body included."""
PAUSE = 5.0
"""Most seconds a server may stay silent."""
LARGEST = 2 * 1024 * 1024
REDIRECTS = 3
PORTS = {"http": 80, "https": 443}
_AGENT = "Gare, a wiki"


class Refused(OSError):
    """An address that is not fetched, or an answer that is not taken; the message says why.

    `status` is what the server answered, 0 when it is not about that.
    """

    def __init__(self, why: str, *, status: int = 0) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True)
class Answer:
    """What a server gave: its body, whole, and where it was in the end."""

    url: str
    body: bytes
    media_type: str


@dataclass(frozen=True)
class _Place:
    scheme: str
    host: str
    address: str
    path: str


def fetch(url: str, *, accept: str = "*/*", largest: int = LARGEST) -> Answer:
    """Return what stands at a public http or https address. Raises OSError, Refused among them."""
    until = monotonic() + SECONDS
    with _deadline() as live:
        for _turn in range(REDIRECTS + 1):
            answer, moved = _get(url, accept, live, until, largest=largest)
            if answer is not None:
                return answer
            url = urljoin(url, moved)
    raise Refused("too many redirects")


def probe(url: str) -> int:
    """Return the status of a public address, redirects followed, without its body. Raises OSError.

    Servers that do not know HEAD, or answer it otherwise than GET, are asked with GET.
    """
    try:
        return _status(url, "HEAD")
    except Refused as error:
        if not error.status:
            raise
    try:
        return _status(url, "GET")
    except Refused as error:
        if not error.status:
            raise
        return error.status


def _status(url: str, method: str) -> int:
    until = monotonic() + SECONDS
    with _deadline() as live:
        for _turn in range(REDIRECTS + 1):
            answer, moved = _get(url, "*/*", live, until, method=method, body=False)
            if answer is not None:
                return 200
            url = urljoin(url, moved)
    raise Refused("too many redirects")


@contextmanager
def _deadline() -> Iterator[list[socket.socket]]:
    """Cut the connections when time is up: a server may send one byte at a time."""
    live: list[socket.socket] = []

    def cut() -> None:
        for one in live:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    timer = Timer(SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield live
    finally:
        timer.cancel()
        for one in live:
            one.close()


def _get(
    url: str,
    accept: str,
    live: list[socket.socket],
    until: float,
    *,
    method: str = "GET",
    body: bool = True,
    largest: int = LARGEST,
) -> tuple[Answer | None, str]:
    """Return an answer, or where it moved."""
    place = _place(url)
    connection = http.client.HTTPConnection(place.host, timeout=PAUSE)
    # To the address that was checked, whatever the name says now.
    connection.sock = _connect(place, live, until)
    try:
        headers = {"Accept": accept, "Accept-Encoding": "identity", "User-Agent": _AGENT}
        connection.request(method, place.path, headers=headers)
        response = connection.getresponse()
        if response.status in (301, 302, 303, 307, 308):
            return None, response.getheader("Location") or ""
        if response.status != 200:
            raise Refused(f"answered {response.status}", status=response.status)
        if not body:
            return Answer(url, b"", response.headers.get_content_type()), ""
        if response.getheader("Content-Encoding", "identity").lower() != "identity":
            raise Refused("packed answer")
        taken = response.read(largest + 1)
    except (http.client.HTTPException, ValueError) as error:
        raise Refused(f"not understood: {type(error).__name__}") from error
    finally:
        connection.close()
    # A connection cut at the deadline looks like the end of a body.
    _in_time(until)
    if len(taken) > largest:
        raise Refused("too large")
    return Answer(url, taken, response.headers.get_content_type()), ""


def _place(url: str) -> _Place:
    """Return what to connect to. Raises Refused on any address that is not a public one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("not an address") from None
    usual = PORTS.get(parts.scheme)
    if usual is None or not parts.hostname or parts.username is not None:
        raise Refused("not an address of the web")
    if port not in (None, usual):
        raise Refused("only the usual ports")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii() or any(ord(char) <= 32 for char in path):
        raise Refused("not an address")
    return _Place(parts.scheme, parts.hostname, _public_address(parts.hostname, usual), path)


def _public_address(host: str, port: int) -> str:
    """Return one address of a host, all of them being public. Raises Refused."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused("no such host") from None
    addresses = [str(row[4][0]) for row in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise Refused("not a public host")
    return addresses[0]


def is_public(address: str) -> bool:
    """Answer whether an IP address is one of the open network, and so is any other hidden in it."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _connect(place: _Place, live: list[socket.socket], until: float) -> socket.socket:
    plain = socket.create_connection((place.address, PORTS[place.scheme]), timeout=PAUSE)
    live.append(plain)
    if place.scheme == "http":
        _in_time(until)
        return plain
    context = ssl.create_default_context()
    safe = context.wrap_socket(plain, server_hostname=place.host, do_handshake_on_connect=False)
    live.append(safe)
    # What is opened after the deadline is cut by nobody else.
    _in_time(until)
    safe.do_handshake()
    return safe


def _in_time(until: float) -> None:
    if monotonic() > until:
        raise Refused("too slow")
