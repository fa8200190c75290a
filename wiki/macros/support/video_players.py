"""Which addresses are videos and how their makers let them be shown elsewhere; which hosts admins allow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from wiki.core import settings
from wiki.core.origins import parse_origin
from wiki.macros.support.links import web_address

_YOUTUBE = {
    "youtube.com",
    "www.youtube.com",
    "m.youtube.com",
    "youtu.be",
    "www.youtube-nocookie.com",
}
_KEY = re.compile(r"[A-Za-z0-9_-]{5,64}")


@dataclass(frozen=True)
class Player:
    """What is shown of an address: where it is, and the address of its frame, "" when it has none."""

    url: str
    host: str
    frame: str = ""

    @property
    def origin(self) -> str:
        """The origin that the answer must allow for the frame."""
        return str(parse_origin(self.frame)) if self.frame else ""

    @property
    def is_allowed(self) -> bool:
        """Whether an admin lets this host show frames, over https only."""
        hosts = {_bare(host) for host in settings.get("embed_hosts")}
        known = {_bare(self.host), _bare(parse_origin(self.frame).host) if self.frame else ""} - {
            ""
        }
        return self.origin.startswith("https://") and bool(hosts & known)


def video_player(raw: str) -> Player:
    """Return how a video's address is shown. Raises BadParam."""
    url = web_address(raw)
    parts = urlsplit(url)
    origin, path = parse_origin(url), parts.path.rstrip("/")
    host = origin.host
    last = path.rpartition("/")[2]
    if host in _YOUTUBE:
        key = parse_qs(parts.query).get("v", [last])[0]
        frame = f"https://www.youtube-nocookie.com/embed/{key}"
    elif host.removeprefix("www.") in {"vimeo.com", "player.vimeo.com"}:
        key, frame = last, f"https://player.vimeo.com/video/{last}?dnt=1"
    elif host.removeprefix("www.") in {"dailymotion.com", "dai.ly"}:
        key, frame = last, f"https://www.dailymotion.com/embed/video/{last}"
    else:
        # PeerTube's two addresses of a video; another site has none that can be guessed.
        key = last if re.fullmatch(r"/(w|videos/watch|videos/embed)/[^/]+", path) else ""
        frame = f"https://{origin.place}/videos/embed/{last}?p2p=0"
    return Player(url, host, frame if _KEY.fullmatch(key) else "")


def frame_player(raw: str) -> Player:
    """Return how any address is shown in a frame. Raises BadParam."""
    url = web_address(raw)
    return Player(url, parse_origin(url).host, url)


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")
