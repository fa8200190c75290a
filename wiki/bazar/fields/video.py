"""A video elsewhere, shown as a link: nothing is asked of the other site before the click."""

from __future__ import annotations

import re
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.field import BadValue
from wiki.bazar.fields.link import Link
from wiki.bazar.models import FieldSpec

CODE = r"[A-Za-z0-9_-]{6,40}"
YOUTUBE = re.compile(rf"/(?:embed|shorts|live)/({CODE})")
PEERTUBE = re.compile(rf"/(?:w|videos/watch|videos/embed)/(?:p/)?({CODE})")
VIMEO = re.compile(r"/(?:video/|channels/[\w-]+/)?(\d{5,12})(?:/[0-9a-f]+)?")
YOUTUBE_HOSTS = {"youtube.com", "m.youtube.com", "youtube-nocookie.com", "youtu.be"}


class Video(Link):
    """The address of a video of PeerTube, YouTube or Vimeo."""

    name: ClassVar[str] = "video"
    editable_in_cell = False
    identifying = False
    order = 1000
    summary = "a video of PeerTube, YouTube or Vimeo, as a link: nothing is loaded from there"
    sample = "https://tube.example.org/w/9Bq2xkZ3vWfGhTqLmN8pRs"
    part = "sections"
    label = _l("Video")
    group = _l("File")
    icon = "monitor"

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        url = super().clean(spec, raw)
        if url is not None and not self.site(url):
            raise BadValue(_("The address of a video of PeerTube, YouTube or Vimeo is expected."))
        return url

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return super().holds(spec, value) and bool(self.site(value))

    def site(self, url: str) -> str:
        """Return whose video this is: the maker of the site, or the host of a PeerTube; "" for none."""
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        path = parts.path.rstrip("/")
        if host in YOUTUBE_HOSTS:
            code = parse_qs(parts.query).get("v", [path.strip("/") if host == "youtu.be" else ""])[
                0
            ]
            found = re.fullmatch(CODE, code) or YOUTUBE.fullmatch(path)
            return "YouTube" if found else ""
        if host in {"vimeo.com", "player.vimeo.com"}:
            return "Vimeo" if VIMEO.fullmatch(path) else ""
        return host if PEERTUBE.fullmatch(path) else ""
