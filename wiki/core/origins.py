"""Read a web address or host strictly: all that headers, policies and lists of allowed sites take of one."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}
LONGEST = 4000
_PLACE = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[^\[\]:@]{1,253})(:(?P<port>[0-9]{1,5}))?")
_NAME = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class BadOrigin(ValueError):
    """Not the address of a web site, or one that browsers might read otherwise."""


@dataclass(frozen=True)
class Origin:
    """Where a site is: http or https, an ASCII host name or IP literal, a port, None for the usual one."""

    scheme: str
    host: str
    port: int | None

    def __str__(self) -> str:
        return f"{self.scheme}://{self.place}"

    @property
    def place(self) -> str:
        """The host, and the port if it is not the usual one."""
        return self.host if self.port is None else f"{self.host}:{self.port}"


def parse_origin(url: str) -> Origin:
    """Return the origin of an http or https address without user name. Raises BadOrigin."""
    # urlsplit drops some of these without a word, and browsers take a backslash for a slash.
    if len(url) > LONGEST or any(not char.isprintable() or char in " \\" for char in url):
        raise BadOrigin(url[:100])
    try:
        parts = urlsplit(url)
    except ValueError:
        raise BadOrigin(url) from None
    place = _PLACE.fullmatch(parts.netloc)
    if parts.scheme not in PORTS or place is None:
        raise BadOrigin(url)
    port = int(place["port"] or PORTS[parts.scheme])
    if not 0 < port < 65536:
        raise BadOrigin(url)
    host = parse_host(place["host"])
    return Origin(parts.scheme, host, None if port == PORTS[parts.scheme] else port)


def parse_host(host: str) -> str:
    """Return a host name in lower-case ASCII, or an IP literal as browsers write it. Raises BadOrigin."""
    try:
        if host.startswith("[") and host.endswith("]") and "%" not in host:
            return f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]"
        # Label by label: the codec takes other dots than ours for dots.
        name = ".".join(label.encode("idna").decode("ascii") for label in host.split(".")).lower()
        if _NUMBER.fullmatch(name.rpartition(".")[2]):
            return str(ipaddress.IPv4Address(name))
    except ValueError:
        raise BadOrigin(host[:100]) from None
    if not _NAME.fullmatch(name) or name.count(".") != host.count("."):
        raise BadOrigin(host[:100])
    return name
