"""OpenDocument texts, sheets and slides; each slide is a page. Deleted and hidden text is left out."""

from __future__ import annotations

from wiki.core.extraction.outcome import Sink, Unreadable
from wiki.core.extraction.xml import Attributes, Package

_LINES = {"text:p", "text:h", "text:line-break"}
_SKIPPED = {"text:tracked-changes", "office:annotation", "text:sequence-decls", "style:style"}
_MANY = 1000
"""Spaces that one tag may stand for."""


def read(package: Package, sink: Sink) -> None:
    """Read content.xml. Raises Unreadable."""
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Unreadable("encrypted")
    reading = _Reading(sink)
    package.parse("content.xml", start=reading.start, end=reading.end, text=reading.text)
    if not reading.slides:
        sink.end_page()


class _Reading:
    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.body, self.skipping, self.cells, self.slides = False, 0, 0, 0

    def start(self, tag: str, attributes: Attributes) -> None:
        self.body = self.body or tag == "office:body"
        if tag in _SKIPPED or self.skipping:
            self.skipping += 1
        elif tag == "table:table-cell":
            self.cells += 1
        elif tag == "text:s":
            self.sink.add(" " * min(int(attributes.get("text:c", "1") or 1), _MANY))
        elif tag == "text:tab":
            self.sink.add("\t")
        elif tag == "table:table" and attributes.get("table:name"):
            self.sink.add(f"{attributes['table:name']}\n")

    def end(self, tag: str) -> None:
        if self.skipping:
            self.skipping -= 1
        elif tag == "table:table-cell":
            self.cells -= 1
            self.sink.add("\t")
        elif tag in _LINES:
            # A row of a table is one line, as it is read.
            self.sink.add(" " if self.cells else "\n")
        elif tag == "table:table-row":
            self.sink.add("\n")
        elif tag == "draw:page":
            self.slides += 1
            self.sink.end_page()

    def text(self, text: str) -> None:
        if self.body and not self.skipping:
            self.sink.add(text.replace("\n", " "))
