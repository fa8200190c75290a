"""HTML diff: merge two renderings of a text, with `<ins>` and `<del>` around added and removed words.

The input is sanitised HTML, compared block by block. Output keeps all tags of the new version, and those
of the old one only where they form whole elements, so that it is as well-formed as the input.
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
UNIQUE_ATTRIBUTES = re.compile(r"\s(?:id|for|aria-labelledby|aria-describedby)=\"[^\"]*\"")
MOST_TOKENS = 8_000
"""Beyond, a changed block is shown as removed and added whole."""
ALIKE = 0.3


@dataclass(frozen=True)
class Stretch:
    """A run of blocks: changed ones, or `same` ones that may be folded."""

    html: Markup
    same: bool
    count: int


def compare(old: str, new: str) -> list[Stretch]:
    """Return the diff of two pieces of HTML as changed and unchanged stretches."""
    left, right = list(_blocks(old)), list(_blocks(new))
    stretches: list[Stretch] = []
    a = b = 0
    for i, j, size in [*matches(left, right), (len(left), len(right), 0)]:
        if changed := list(_pair_blocks(left[a:i], right[b:j])):
            stretches.append(_stretch(changed, same=False))
        if size:
            stretches.append(_stretch(right[j : j + size], same=True))
        a, b = i + size, j + size
    return stretches


def _stretch(blocks: Sequence[str], *, same: bool) -> Stretch:
    return Stretch(Markup("\n".join(blocks)), same, len(blocks))  # noqa: S704 - pieces of sanitised HTML


def _blocks(html: str) -> Iterator[str]:
    """Cut HTML at its outermost elements."""
    depth, start = 0, 0
    for match in re.finditer(r"<[^>]*>", html):
        tag = TAG.match(match[0])
        if tag is None or tag[2].lower() in VOID:
            continue
        if not tag[1] and depth == 0 and html[start : match.start()].strip():
            yield html[start : match.start()].strip()
            start = match.start()
        depth += -1 if tag[1] else 1
        if depth == 0:
            yield html[start : match.end()].strip()
            start = match.end()
    if html[start:].strip():
        yield html[start:].strip()


def _pair_blocks(left: Sequence[str], right: Sequence[str]) -> Iterator[str]:
    """Yield the diff of blocks: similar ones paired in order, the others removed or added whole."""
    at = 0
    for block in left:
        pair = next(
            (j for j in range(at, min(at + 12, len(right))) if _are_alike(block, right[j])), None
        )
        if pair is None:
            yield _whole(block, "del")
            continue
        yield from (_whole(other, "ins") for other in right[at:pair])
        yield _words(block, right[pair])
        at = pair + 1
    yield from (_whole(other, "ins") for other in right[at:])


def _are_alike(one: str, other: str) -> bool:
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
    for i, j, size in [*_worthwhile_matches(left, right), (len(left), len(right), 0)]:
        if i > a:
            out += _mark_runs(left[a:i], "del")
        if j > b:
            out += _mark_runs(right[b:j], "ins")
        out += right[j : j + size]
        a, b = i + size, j + size
    return "".join(out)


def _worthwhile_matches(left: Sequence[str], right: Sequence[str]) -> Iterator[Match]:
    """Yield the matches, without lone spaces and commas between changes, for readability."""
    all_matches = matches(left, right)
    for at, (i, j, size) in enumerate(all_matches):
        inside = 0 < at < len(all_matches) - 1
        if not inside or size > 3 or any(re.search(r"\w|<", token) for token in left[i : i + size]):
            yield i, j, size


def _whole(block: str, mark: str) -> str:
    return "".join(_mark_runs(TOKEN.findall(block), mark))


def _mark_runs(tokens: Sequence[str], mark: str) -> Iterator[str]:
    """Yield tokens with runs of words marked; removed tags stay if they form whole elements."""
    keep_tags = mark == "ins" or _is_balanced(tokens)
    run: list[str] = []
    for token in tokens:
        if not (token.startswith("<") and len(token) > 1):
            run.append(token)
        elif keep_tags:
            yield from _run(run, mark)
            run = []
            yield UNIQUE_ATTRIBUTES.sub("", token) if mark == "del" else token
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
