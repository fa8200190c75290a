"""A booklet as EPUB 3: a zip of well-formed texts, made with the standard library alone."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from flask import render_template
from markupsafe import Markup

from wiki.pages.booklet.booklet import Booklet

CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="book/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_HREF = re.compile(r' href="#(c\d+)([^"]*)"')
_ID = re.compile(r' id="([^"]*)"')


@dataclass(frozen=True)
class Item:
    """A file of the book: its name, its type, what it holds, and whether it is read in its turn."""

    name: str
    media_type: str
    content: bytes
    in_turn: bool = False
    properties: str = ""

    @property
    def ident(self) -> str:
        return "i-" + re.sub(r"\W", "-", self.name)


def epub(book: Booklet) -> bytes:
    """Return the book as the bytes of its file."""
    items = list(_items(book))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        # What an EPUB is, is read at its 38th byte: first, and not compressed.
        _add(archive, book, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        _add(archive, book, "META-INF/container.xml", CONTAINER.encode())
        _add(archive, book, "book/book.opf", _filled("book.opf", book, items=items))
        for item in items:
            _add(archive, book, f"book/{item.name}", item.content)
    return out.getvalue()


def identifier(book: Booklet) -> str:
    """Return what names this book: the same pages of the same wiki are the same book."""
    return (
        f"urn:uuid:{uuid5(NAMESPACE_URL, ' '.join(one.address for one in book.credits) or 'gare')}"
    )


def _items(book: Booklet) -> Iterator[Item]:
    xhtml = "application/xhtml+xml"
    yield Item("style.css", "text/css", render_template("pages/booklet/style.css").encode())
    yield Item("cover.xhtml", xhtml, _filled("cover.xhtml", book), in_turn=True)
    yield Item("nav.xhtml", xhtml, _filled("nav.xhtml", book), in_turn=True, properties="nav")
    known = {chapter.anchor: _ids(chapter.html) for chapter in book.chapters}
    for chapter in book.chapters:
        html = Markup(_HREF.sub(lambda found: _href(found, known), chapter.html))  # noqa: S704 - our own XHTML
        content = _filled("chapter.xhtml", book, chapter=chapter, html=html)
        properties = "svg" if "<svg" in html else ""
        yield Item(f"{chapter.anchor}.xhtml", xhtml, content, in_turn=True, properties=properties)
    yield Item("credits.xhtml", xhtml, _filled("credits.xhtml", book), in_turn=True)
    for picture in book.pictures:
        yield Item(picture.name, picture.media_type, picture.content)


def _ids(html: str) -> set[str]:
    return set(_ID.findall(html))


def _href(found: re.Match[str], known: dict[str, set[str]]) -> str:
    """Lead to the file of a chapter, and to a place in it that is there."""
    anchor, ident = found[1], found[1] + found[2]
    if ident in known.get(anchor, ()):
        return f' href="{anchor}.xhtml#{ident}"'
    return f' href="{anchor}.xhtml"'


def _filled(name: str, book: Booklet, **more: object) -> bytes:
    text = render_template(f"pages/booklet/{name}", book=book, identifier=identifier(book), **more)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + text).encode()


def _add(
    archive: zipfile.ZipFile,
    book: Booklet,
    name: str,
    content: bytes,
    how: int = zipfile.ZIP_DEFLATED,
) -> None:
    info = zipfile.ZipInfo(name, book.made_at.timetuple()[:6])
    info.external_attr = 0o644 << 16
    archive.writestr(info, content, how)
