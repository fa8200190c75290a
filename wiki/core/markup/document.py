"""The value a rendered page is: HTML cut at the places where links, macros and files go.

It is stored as JSON and filled for each reader; it looks nothing up itself.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class LinkSlot:
    """A link to a page of the wiki; `label` is safe HTML, `anchor` a heading id or empty."""

    target: str
    anchor: str
    label: str


@dataclass(frozen=True, slots=True)
class FileSlot:
    """An attachment, shown when `image`, else offered; `alt` and `title` are plain text."""

    name: str
    alt: str
    image: bool = True
    title: str = ""


@dataclass(frozen=True, slots=True)
class MacroSlot:
    """A macro call; `source` is what was typed, a flag's value is "true"."""

    name: str
    params: dict[str, str]
    body: "Document | None"
    source: str
    inline: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, for tables of contents; `text` is plain."""

    level: int
    id: str
    text: str


Segment = str | LinkSlot | MacroSlot | FileSlot


@dataclass(frozen=True, slots=True)
class Document:
    """A rendered text: safe HTML strings and slots in reading order."""

    segments: tuple[Segment, ...]
    headings: tuple[Heading, ...] = ()
    plain: str = ""

    @property
    def links(self) -> tuple[str, ...]:
        """Name the pages linked to, each once, bodies of macros included."""
        found = (slot.target for slot in self._walk() if isinstance(slot, LinkSlot))
        return tuple(dict.fromkeys(found))

    @property
    def macros(self) -> tuple[MacroSlot, ...]:
        """List the macro calls, outer before inner."""
        return tuple(slot for slot in self._walk() if isinstance(slot, MacroSlot))

    @property
    def files(self) -> tuple[FileSlot, ...]:
        """List the attachments used, bodies of macros included."""
        return tuple(slot for slot in self._walk() if isinstance(slot, FileSlot))

    def to_json(self) -> str:
        """Write the document as compact JSON."""
        return json.dumps(_pack(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    @lru_cache(maxsize=64)
    def from_json(cls, source: str) -> "Document":
        """Read what `to_json` wrote; a view asks for the headings, then for the body."""
        return _unpack(json.loads(source))

    def _walk(self) -> Iterator[Segment]:
        for segment in self.segments:
            yield segment
            if isinstance(segment, MacroSlot) and segment.body:
                yield from segment.body._walk()


def fill(
    document: Document,
    *,
    link: Callable[[LinkSlot], Markup],
    macro: Callable[[MacroSlot], Markup],
    file: Callable[[FileSlot], Markup],
) -> Markup:
    """Join the segments, each slot replaced by its callback's answer (escaped if not Markup)."""
    parts: list[str] = []
    for segment in document.segments:
        if isinstance(segment, str):
            parts.append(segment)
        elif isinstance(segment, LinkSlot):
            parts.append(escape(link(segment)))
        elif isinstance(segment, MacroSlot):
            parts.append(escape(macro(segment)))
        else:
            parts.append(escape(file(segment)))
    return Markup("".join(parts))  # noqa: S704 - segments are sanitised, callbacks escaped


def _pack(document: Document) -> dict[str, Any]:
    return {
        "segments": [_pack_segment(segment) for segment in document.segments],
        "headings": [[heading.level, heading.id, heading.text] for heading in document.headings],
        "plain": document.plain,
    }


def _pack_segment(segment: Segment) -> Any:
    if isinstance(segment, str):
        return segment
    if isinstance(segment, LinkSlot):
        return {"link": segment.target, "anchor": segment.anchor, "label": segment.label}
    if isinstance(segment, FileSlot):
        return {
            "file": segment.name,
            "alt": segment.alt,
            "image": segment.image,
            "title": segment.title,
        }
    return {
        "macro": segment.name,
        "params": segment.params,
        "body": _pack(segment.body) if segment.body else None,
        "source": segment.source,
        "inline": segment.inline,
    }


def _unpack(data: dict[str, Any]) -> Document:
    return Document(
        segments=tuple(_unpack_segment(segment) for segment in data["segments"]),
        headings=tuple(Heading(*heading) for heading in data["headings"]),
        plain=data["plain"],
    )


def _unpack_segment(data: Any) -> Segment:
    if isinstance(data, str):
        return data
    if "link" in data:
        return LinkSlot(data["link"], data["anchor"], data["label"])
    if "file" in data:
        return FileSlot(data["file"], data["alt"], data["image"], data["title"])
    body = _unpack(data["body"]) if data["body"] else None
    return MacroSlot(data["macro"], data["params"], body, data["source"], data["inline"])
