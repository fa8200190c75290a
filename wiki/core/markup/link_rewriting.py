"""Name another page where a text names one, in links and in macros' parameters; all else stays as typed.

What stands in code only looks like a link: each place is tried with a word of its own, and kept if it links.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from wiki.core.markup.macros import values_of

_WIKI = re.compile(r"\[\[\s*([^\[\]|#\n]+?)\s*\\?(?=[|#\]])")
_MARKDOWN = re.compile(r"\]\(\s*<?([^()\s<>#\"]+)|^ {0,3}\[[^\]\n]+\]:[ \t]*<?([^\s<>#]+)", re.M)
_WORD = re.compile(r"[^,#]+")


@dataclass(frozen=True)
class _Place:
    """Where a page is named: `kind` is wiki, markdown or macro; `quote` is what stands around a value."""

    start: int
    end: int
    name: str
    kind: str
    quote: str = ""
    of_list: bool = False


def relink(
    text: str,
    means: Callable[[str], bool],
    spell: Callable[[str], str],
    names_in: Callable[[str], Iterable[str]],
) -> str:
    """Return the text with another name wherever one that `means` the page stands for a page.

    `spell` gives the new name for an old one; `names_in` tells the pages that a text links to.
    """
    places = [place for place in _places(text) if means(place.name)]
    if not places:
        return text
    mark = "q" + secrets.token_hex(6)
    probe = _put(text, places, [f"{mark}n{number}z" for number in range(len(places))])
    true = {name.partition("#")[0] for name in names_in(probe) if name.startswith(mark)}
    kept = [
        (place, written)
        for number, place in enumerate(places)
        if f"{mark}n{number}z" in true and (written := _written(place, spell(place.name)))
    ]
    return _put(text, [place for place, _new in kept], [new for _place, new in kept])


def _places(text: str) -> list[_Place]:
    """List the places that look like the name of a page, in order, none inside another."""
    found = [_Place(*one.span(1), one[1], "wiki") for one in _WIKI.finditer(text)]
    for one in _MARKDOWN.finditer(text):
        group = 1 if one[1] else 2
        if not set(one[group]) & set("/\\?"):
            found.append(_Place(*one.span(group), unquote(one[group]), "markdown"))
    found += _macro_places(text)
    found.sort(key=lambda place: place.start)
    apart: list[_Place] = []
    for place in found:
        if not apart or place.start >= apart[-1].end:
            apart.append(place)
    return apart


def _macro_places(text: str) -> Iterator[_Place]:
    for start, end in values_of(text):
        words = list(_WORD.finditer(text, start, end))
        for word in words:
            name = word[0].strip()
            if name and (word.start() == start or text[word.start() - 1] == ","):
                begin = word.start() + word[0].index(name)
                quote = text[start - 1]
                yield _Place(begin, begin + len(name), name, "macro", quote, "," in text[start:end])


def _written(place: _Place, name: str) -> str:
    """Return a name as it is written at a place, "" where it cannot be."""
    if place.kind == "markdown":
        return re.sub(r"[():\s]", lambda char: f"%{ord(char[0]):02X}", name)
    if place.kind == "macro" and (place.quote in name or (place.of_list and "," in name)):
        return ""
    return name


def _put(text: str, places: list[_Place], words: list[str]) -> str:
    parts, last = [], 0
    for place, word in zip(places, words, strict=True):
        parts += [text[last : place.start], word]
        last = place.end
    return "".join([*parts, text[last:]])
