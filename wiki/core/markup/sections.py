"""Cut a rendered document where its headings and rules stand: one section, the slides, ids of its own.

Only what stands at the root of the text is a place to cut: a heading in a list or a box stays in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from wiki.core.markup.document import Document, Heading, MacroSlot, Segment

# In rendered HTML quotes only delimit attributes, and text holds no "<".
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:[^<>\"]|\"[^\"]*\")*)>")
_VOID = frozenset({"br", "hr", "img", "wbr", "col", "input"})
_ID = re.compile(r' id="([^"]*)"')
_OWN_ID = re.compile(r'( (?:id="|href="#))((?:h|fn|fnref)-)')


@dataclass
class Part:
    """What stands from one heading or rule to the next; level 0 before the first, 7 for a rule."""

    level: int = 0
    ident: str = ""
    segments: list[Segment] = field(default_factory=list)


def section(document: Document, ident: str) -> Document | None:
    """Return the section under a heading, those below it included; None when there is no such heading."""
    kept: list[Part] = []
    for part in _parts(document):
        if kept and 0 < part.level <= kept[0].level:
            break
        if kept or part.ident == ident:
            kept.append(part)
    if kept:
        return _document(document, kept)
    bodies = (slot.body for slot in document.segments if isinstance(slot, MacroSlot) and slot.body)
    return next((found for body in bodies if (found := section(body, ident))), None)


def roots(document: Document) -> frozenset[str]:
    """Return the ids of the headings that stand at the root of the text."""
    return frozenset(part.ident for part in _parts(document) if part.ident)


def slides(document: Document) -> list[Document]:
    """Return the slides of a text: it is cut at each rule and at each heading of the two first levels."""
    cut: list[list[Part]] = [[]]
    for part in _parts(document):
        if part.level in (1, 2, 7) and any(_shows(one) for one in cut[-1]):
            cut.append([])
        cut[-1].append(_without_rule(part))
    return [_document(document, parts) for parts in cut if any(_shows(part) for part in parts)]


def scoped(document: Document, scope: str) -> Document:
    """Return the document with ids of its own, for a text shown inside another one."""
    return Document(
        tuple(_scoped(segment, scope) for segment in document.segments),
        tuple(Heading(one.level, scope + one.id, one.text) for one in document.headings),
        document.plain,
    )


def _without_rule(part: Part) -> Part:
    if part.level == 7 and isinstance(part.segments[0], str):
        part.segments[0] = part.segments[0].partition(">")[2]
    return part


def _scoped(segment: Segment, scope: str) -> Segment:
    if isinstance(segment, str):
        return _OWN_ID.sub(rf"\g<1>{scope}\g<2>", segment)
    if isinstance(segment, MacroSlot) and segment.body:
        return replace(segment, body=scoped(segment.body, scope))
    return segment


def _document(whole: Document, parts: list[Part]) -> Document:
    inside = {part.ident for part in parts}
    headings = tuple(one for one in whole.headings if one.id in inside)
    return Document(tuple(one for part in parts for one in part.segments), headings)


def _shows(part: Part) -> bool:
    return any(not isinstance(one, str) or one.strip() for one in part.segments)


def _parts(document: Document) -> Iterator[Part]:
    part, depth = Part(), 0
    for segment in document.segments:
        if not isinstance(segment, str):
            part.segments.append(segment)
            continue
        start = 0
        for tag in _TAG.finditer(segment):
            if depth == 0 and (begun := _begun(tag)):
                part.segments.append(segment[start : tag.start()])
                yield part
                part, start = begun, tag.start()
            if tag[2] not in _VOID:
                depth += -1 if tag[1] else 1
        part.segments.append(segment[start:])
    yield part


def _begun(tag: re.Match[str]) -> Part | None:
    if tag[2] == "hr":
        return Part(7)
    ident = _ID.search(tag[3])
    if tag[1] or not ident or not re.fullmatch("h[1-6]", tag[2]):
        return None
    return Part(int(tag[2][1]), ident[1])
