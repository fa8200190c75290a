"""The sections of a text as it was typed: which lines stand under which heading.

Only headings at the root of the text begin one, as in `sections`; ids are those of the rendered page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from wiki.core.markup.page import new_page
from wiki.core.markup.parser import parser
from wiki.core.markup.rendering import name_headings
from wiki.core.markup.text import TooComplex, normalise


@dataclass(frozen=True)
class Section:
    """A heading and all under it: lines `start` to `end`, the last one left out.

    `path` is the words of the headings above it and its own.
    """

    ident: str
    level: int
    path: tuple[str, ...]
    start: int
    end: int


def outline(text: str, *, lang: str = "fr", paired: frozenset[str] = frozenset()) -> list[Section]:
    """Return the sections of a text, in order; none when it is too intricate to be laid out."""
    text = normalise(text)
    page = new_page(len(text), lang=lang, paired=paired, scope="")
    env: dict[str, Any] = {"page": page, "references": {}}
    try:
        tokens = parser().parse(text, env)
        name_headings(tokens, page, env["references"])
    except (TooComplex, RecursionError):
        return []
    roots = [
        (token, tokens[index + 1])
        for index, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0 and token.map
    ]
    return _sections(roots, text.count("\n") + 1)


def lines_of(text: str, section: Section) -> str:
    """Return a section as it was typed, without the blank lines at its end."""
    return "\n".join(normalise(text).split("\n")[section.start : section.end]).rstrip("\n")


def with_lines(text: str, section: Section, lines: str) -> str:
    """Return a text with other lines in place of a section's; the blank ones around it stay."""
    every = normalise(text).split("\n")
    old = lines_of(text, section).count("\n") + 1
    typed = normalise(lines).strip("\n")
    rest = every[section.start + old :]
    return "\n".join([*every[: section.start], *(typed.split("\n") if typed else ()), *rest])


def _sections(roots: Sequence[tuple[Token, Token]], last: int) -> list[Section]:
    found: list[Section] = []
    above: list[tuple[int, str]] = []
    for index, (token, inline) in enumerate(roots):
        level, words = int(token.tag[1]), " ".join(inline.content.split())
        above = [one for one in above if one[0] < level] + [(level, words)]
        nexts = (other for other, _inline in roots[index + 1 :] if int(other.tag[1]) <= level)
        after = next(nexts, None)
        start, end = (token.map or [0])[0], (after.map or [last])[0] if after else last
        path = tuple(one[1] for one in above)
        found.append(Section(token.meta["id"], level, path, start, end))
    return found
