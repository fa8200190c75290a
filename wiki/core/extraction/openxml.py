"""Office Open XML: documents, workbooks and slides; each slide is a page. Deleted text is left out."""

from __future__ import annotations

import posixpath
import re

from wiki.core.extraction.outcome import Sink, Unreadable
from wiki.core.extraction.xml import Attributes, Package, local

_MOST_STRINGS = 2_000_000
_LONGEST_NUMBER = 12
"""Past these characters, a number is what a formula left of a division, which nobody looks for."""


def read(package: Package, sink: Sink) -> None:
    """Read the parts that people see. Raises Unreadable."""
    if "word/document.xml" in package.names:
        _document(package, sink)
    elif "xl/workbook.xml" in package.names:
        _workbook(package, sink)
    elif "ppt/presentation.xml" in package.names:
        _slides(package, sink)
    else:
        raise Unreadable("unknown")


def _document(package: Package, sink: Sink) -> None:
    for part in ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml"):
        if part in package.names:
            _running_text(package, part, sink)
    sink.end_page()


def _slides(package: Package, sink: Sink) -> None:
    for part in _in_order(package, "ppt/presentation.xml", "sldId"):
        _running_text(package, part, sink)
        sink.end_page()


def _running_text(package: Package, part: str, sink: Sink) -> None:
    """Read paragraphs of runs, as both documents and slides have them."""
    state = {"text": 0, "gone": 0}

    def start(tag: str, _attributes: Attributes) -> None:
        name = local(tag)
        state["gone"] += name in {"del", "moveFrom"}
        state["text"] += name == "t"

    def end(tag: str) -> None:
        name = local(tag)
        state["gone"] -= name in {"del", "moveFrom"}
        state["text"] -= name == "t"
        if name in {"p", "br", "cr"}:
            sink.add("\n")
        elif name in {"tab", "tc"}:
            sink.add("\t")

    def text(piece: str) -> None:
        if state["text"] and not state["gone"]:
            sink.add(piece.replace("\n", " "))

    package.parse(part, start=start, end=end, text=text)


def _workbook(package: Package, sink: Sink) -> None:
    texts = strings(package)
    for part in _in_order(package, "xl/workbook.xml", "sheet", names=sink):
        _Sheet(sink, texts).read(package, part)
    sink.end_page()


def strings(package: Package) -> list[str]:
    """Return the texts that cells refer to by number."""
    found: list[str] = []
    pieces: list[str] = []
    inside: list[str] = []

    def start(tag: str, _attributes: Attributes) -> None:
        inside.append(local(tag))

    def end(_tag: str) -> None:
        if inside.pop() == "si":
            found.append("".join(pieces))
            pieces.clear()
            if len(found) > _MOST_STRINGS:
                raise Unreadable("bomb")

    def text(piece: str) -> None:
        # Beside each text may stand how it is said, in "rPh".
        if inside[-1] == "t" and "rPh" not in inside:
            pieces.append(piece)

    if "xl/sharedStrings.xml" in package.names:
        package.parse("xl/sharedStrings.xml", start=start, end=end, text=text)
    return found


class _Sheet:
    """One sheet, a line a row."""

    def __init__(self, sink: Sink, strings: list[str]) -> None:
        self.sink, self.strings = sink, strings
        self.kind, self.value, self.inside = "", "", False

    def read(self, package: Package, part: str) -> None:
        package.parse(part, start=self._start, end=self._end, text=self._text)

    def _start(self, tag: str, attributes: Attributes) -> None:
        name = local(tag)
        if name == "c":
            self.kind, self.value = attributes.get("t", "n"), ""
        self.inside = name in {"v", "t"}

    def _text(self, piece: str) -> None:
        if self.inside:
            self.value += piece

    def _end(self, tag: str) -> None:
        name, self.inside = local(tag), False
        if name == "c" and (shown := self._shown()):
            self.sink.add(f"{shown}\t")
        elif name == "row":
            self.sink.add("\n")

    def _shown(self) -> str:
        if self.kind == "s":
            place = int(self.value) if self.value.isdecimal() else -1
            return self.strings[place] if 0 <= place < len(self.strings) else ""
        if self.kind in {"inlineStr", "str"} or len(self.value) <= _LONGEST_NUMBER:
            return self.value
        return ""


def _in_order(package: Package, part: str, tag: str, *, names: Sink | None = None) -> list[str]:
    """Return the parts that a list of `tag` names by relation; what they are called goes to `names`."""
    known_as = relations(package, part)
    found: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        if local(name) != tag:
            return
        found.append(known_as.get(attributes.get("r:id", ""), ""))
        if names is not None and attributes.get("name"):
            names.add(f"{attributes['name']}\n")

    package.parse(part, start=start)
    known = [each for each in found if each in package.names]
    return known or sorted(_numbered(package, part), key=_number)


def relations(package: Package, part: str) -> dict[str, str]:
    """Return the parts that a part points to, by the identifier of the relation."""
    folder, name = posixpath.split(part)
    found: dict[str, str] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if local(tag) == "Relationship":
            target = attributes.get("Target", "")
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[attributes.get("Id", "")] = path

    listed = f"{folder}/_rels/{name}.rels"
    if listed in package.names:
        package.parse(listed, start=start)
    return found


def _numbered(package: Package, part: str) -> list[str]:
    """Return the slides or sheets by their usual names, for packages whose relations say nothing."""
    usual = "ppt/slides/slide" if part.startswith("ppt/") else "xl/worksheets/sheet"
    return [each for each in package.names if re.fullmatch(rf"{usual}\d+\.xml", each)]


def _number(part: str) -> int:
    return int(re.findall(r"\d+", part)[-1][:9])
