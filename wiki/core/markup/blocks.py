"""The blocks a text is made of, each with its exact source: what the visual mode edits one by one.

Joined again with what stands between them, they are the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from wiki.core.markup.page import new_page
from wiki.core.markup.parser import parser
from wiki.core.markup.text import normalise

KINDS = {
    "paragraph_open": "paragraph",
    "heading_open": "heading",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "blockquote_open": "quote",
    "fence": "code",
    "code_block": "code",
    "hr": "rule",
    "table_open": "table",
    "html_block": "html",
    "macro": "macro",
    "container_box_open": "box",
    "dl_open": "terms",
}
DEFINITIONS = "definitions"
"""The kind of what shows nothing where it stands: addresses of links, texts of notes."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its source, and the blank lines before it."""

    kind: str
    gap: str
    source: str


def split(text: str, *, paired: frozenset[str] = frozenset()) -> tuple[list[Block], str]:
    """Return the blocks of a text and what follows the last. Raises TooComplex."""
    text = normalise(text)
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    env = {"page": new_page(len(text), lang="", paired=paired, scope=""), "references": {}}
    found: list[Block] = []
    done = 0
    for kind, start, end in _filled(_ranges(parser().parse(text, env)), lines):
        gap = _end(lines, done) + "".join(lines[done:start])
        found.append(Block(kind, gap, "".join(lines[start:end]).removesuffix("\n")))
        done = end
    return found, _end(lines, done) + "".join(lines[done:])


def join(blocks: Sequence[Block], sources: Sequence[str], rest: str) -> str:
    """Return the text that these blocks make with other sources."""
    pairs = zip(blocks, sources, strict=True)
    return "".join(block.gap + source for block, source in pairs) + rest


def _end(lines: Sequence[str], done: int) -> str:
    """Return the line end after the last block, which is not of its source."""
    return "\n" if done and lines[done - 1].endswith("\n") else ""


def _ranges(tokens: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
    """Yield kind and lines of the tokens at the root of a text; the notes at its end have none."""
    depth = 0
    for token in tokens:
        if token.type == "footnote_block_open":
            return
        if depth == 0 and token.map and token.type in KINDS:
            yield KINDS[token.type], token.map[0], token.map[1]
        depth += token.nesting


def _filled(
    ranges: Iterator[tuple[str, int, int]], lines: Sequence[str]
) -> Iterator[tuple[str, int, int]]:
    """Yield the ranges without the blank lines at their ends, and those no token speaks for."""
    done = 0
    for kind, start, end in ranges:
        yield from _unspoken(lines, done, start)
        while end > start and not lines[end - 1].strip():
            end -= 1
        if kind == "box" and end < len(lines) and _closes(lines[end]):
            end += 1
        yield kind, start, end
        done = end
    yield from _unspoken(lines, done, len(lines))


def _closes(line: str) -> bool:
    """Answer whether a line closes a box: the tokens of one leave it out."""
    return len(line.strip()) > 2 and set(line.strip()) == {":"}


def _unspoken(lines: Sequence[str], start: int, end: int) -> Iterator[tuple[str, int, int]]:
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    if start < end:
        yield DEFINITIONS, start, end
