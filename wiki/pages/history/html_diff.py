"""Two renderings of a text as one, with `<ins>` and `<del>` around the words that came and went.

Works on sanitised HTML, block by block: tags of the new version are all kept, those of the old one
only where they make whole elements, so that what goes out is as well formed as what came in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from wiki.core.markup.align import Match, matches

TOKEN = re.compile(r"<[^>]*>|&[#\w]+;|\w+|\s+|[^\w\s<]|<")
TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)")
VOID = frozenset({"area", "br", "col", "hr", "img", "input", "source", "track", "use", "wbr"})
NOT_TWICE = re.compile(r"\s(?:id|for|aria-labelledby|aria-describedby)=\"[^\"]*\"")
MOST_TOKENS = 8_000
"""Beyond, a changed block is shown as taken out and put in whole."""
ALIKE = 0.3


@dataclass(frozen=True)
class Stretch:
    """A run of blocks: changed ones, or `same` ones that may be folded."""

    html: Markup
    same: bool
    count: int


def compare(old: str, new: str) -> list[Stretch]:
    """Return two pieces of HTML as one, in stretches that changed and stretches that did not."""
    left, right = list(_blocks(old)), list(_blocks(new))
    found: list[Stretch] = []
    a = b = 0
    for i, j, size in [*matches(left, right), (len(left), len(right), 0)]:
        if changed := list(_face(left[a:i], right[b:j])):
            found.append(_stretch(changed, same=False))
        if size:
            found.append(_stretch(right[j : j + size], same=True))
        a, b = i + size, j + size
    return found


def _stretch(blocks: Sequence[str], *, same: bool) -> Stretch:
    return Stretch(Markup("\n".join(blocks)), same, len(blocks))  # noqa: S704 - pieces of sanitised HTML


def _blocks(html: str) -> Iterator[str]:
    """Cut HTML at its outermost elements."""
    depth, start = 0, 0
    for found in re.finditer(r"<[^>]*>", html):
        tag = TAG.match(found[0])
        if tag is None or tag[2].lower() in VOID:
            continue
        if not tag[1] and depth == 0 and html[start : found.start()].strip():
            yield html[start : found.start()].strip()
            start = found.start()
        depth += -1 if tag[1] else 1
        if depth == 0:
            yield html[start : found.end()].strip()
            start = found.end()
    if html[start:].strip():
        yield html[start:].strip()


def _face(left: Sequence[str], right: Sequence[str]) -> Iterator[str]:
    """Pair the blocks that are alike, in order; the others went or came whole."""
    at = 0
    for block in left:
        pair = next(
            (j for j in range(at, min(at + 12, len(right))) if _alike(block, right[j])), None
        )
        if pair is None:
            yield _whole(block, "del")
            continue
        yield from (_whole(other, "ins") for other in right[at:pair])
        yield _words(block, right[pair])
        at = pair + 1
    yield from (_whole(other, "ins") for other in right[at:])


def _alike(one: str, other: str) -> bool:
    first, second = TAG.match(one), TAG.match(other)
    if (first and first[2]) != (second and second[2]):
        return False
    left, right = (
        Counter(re.findall(r"\w+", re.sub(r"<[^>]*>", " ", html))) for html in (one, other)
    )
    total = left.total() + right.total()
    return total == 0 or 2 * (left & right).total() / total >= ALIKE


def _words(old: str, new: str) -> str:
    left, right = TOKEN.findall(old), TOKEN.findall(new)
    if max(len(left), len(right)) > MOST_TOKENS:
        return _whole(old, "del") + _whole(new, "ins")
    out: list[str] = []
    a = b = 0
    for i, j, size in [*_telling(left, right), (len(left), len(right), 0)]:
        if i > a:
            out += _marked(left[a:i], "del")
        if j > b:
            out += _marked(right[b:j], "ins")
        out += right[j : j + size]
        a, b = i + size, j + size
    return "".join(out)


def _telling(left: Sequence[str], right: Sequence[str]) -> Iterator[Match]:
    """Return what both share, but for a mere space or comma between changes: it reads better."""
    found = matches(left, right)
    for at, (i, j, size) in enumerate(found):
        inside = 0 < at < len(found) - 1
        if not inside or size > 3 or any(re.search(r"\w|<", token) for token in left[i : i + size]):
            yield i, j, size


def _whole(block: str, mark: str) -> str:
    return "".join(_marked(TOKEN.findall(block), mark))


def _marked(tokens: Sequence[str], mark: str) -> Iterator[str]:
    """Put the mark around runs of words; tags that went stay if they make whole elements."""
    keep_tags = mark == "ins" or _is_balanced(tokens)
    run: list[str] = []
    for token in tokens:
        if not (token.startswith("<") and len(token) > 1):
            run.append(token)
        elif keep_tags:
            yield from _run(run, mark)
            run = []
            yield NOT_TWICE.sub("", token) if mark == "del" else token
    yield from _run(run, mark)


def _run(tokens: Sequence[str], mark: str) -> Iterator[str]:
    text = "".join(tokens)
    if text.strip():
        yield f"<{mark}>{text}</{mark}>"
    elif text:
        yield text


def _is_balanced(tokens: Sequence[str]) -> bool:
    opened: list[str] = []
    for token in tokens:
        tag = TAG.match(token)
        if tag is None or tag[2].lower() in VOID:
            continue
        if not tag[1]:
            opened.append(tag[2])
        elif not opened or opened.pop() != tag[2]:
            return False
    return not opened
