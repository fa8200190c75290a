"""The pictures of a booklet: those of the wiki that its reader may see, up to a weight."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from wiki.pages.booklet.chapters import Chapter, file_at

ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
HEAVIEST = 40 * 1024 * 1024
"""Bytes of pictures in one booklet; the words of those past it stand for them."""
_IMG = re.compile(r'<img(?: [\w:-]+="[^"]*")* src="([^"]*)"(?: [\w:-]+="[^"]*")*/>')
_ALT = re.compile(r' alt="([^"]*)"')


@dataclass(frozen=True)
class Picture:
    """A picture: its name in the book, its type and its content."""

    name: str
    media_type: str
    content: bytes


def gathered(chapters: Iterable[Chapter]) -> dict[str, Picture]:
    """Return the pictures that chapters show, by the address that stands in their text."""
    found: dict[str, Picture] = {}
    left = HEAVIEST
    for chapter in chapters:
        for address in dict.fromkeys(_IMG.findall(chapter.html)):
            given = None if address in found else file_at(unescape(address))
            if given and given[0] in ENDINGS and len(given[1]) <= left:
                name = f"p{len(found) + 1}.{ENDINGS[given[0]]}"
                found[address] = Picture(name, *given)
                left -= len(given[1])
    return found


def inside(html: str, pictures: dict[str, Picture]) -> str:
    """Return a text that shows its pictures by their names in the book; words stand for those it has not."""

    def shown(image: re.Match[str]) -> str:
        if picture := pictures.get(image[1]):
            return image[0].replace(f' src="{image[1]}"', f' src="{picture.name}"')
        alt = _ALT.search(image[0])
        return f'<span class="away">{alt[1] if alt else ""}</span>'

    return _IMG.sub(shown, html)
