"""Find what two sequences share, in order, in time close to their length.

Works on any hashable items; `diff` and `merge` give it lines and words.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher

Match = tuple[int, int, int]
"""Where a shared run starts on the left, on the right, and its length."""

_SMALL = 3_600
"""Stretches whose lengths multiply to less are compared in full."""
_DEEPEST = 20


def matches(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[Match]:
    """Return the shared runs, in order, joined where they touch.

    Items found once on each side are the anchors (Bram Cohen's patience diff); between them short
    stretches go to difflib, and long ones of repeated items are matched rank by rank.
    """
    found: list[Match] = []
    todo = [(0, len(left), 0, len(right), 0)]
    while todo:
        a, a_end, b, b_end, depth = todo.pop()
        head = _shared(left, right, range(a, a_end), range(b, b_end))
        found.append((a, b, head))
        a, b = a + head, b + head
        tail = _shared(left, right, range(a, a_end)[::-1], range(b, b_end)[::-1])
        a_end, b_end = a_end - tail, b_end - tail
        found.append((a_end, b_end, tail))
        if a == a_end or b == b_end:
            continue
        if (a_end - a) * (b_end - b) <= _SMALL:
            blocks = SequenceMatcher(None, left[a:a_end], right[b:b_end], autojunk=False)
            found += [(a + i, b + j, n) for i, j, n in blocks.get_matching_blocks()]
            continue
        unique = depth < _DEEPEST and _in_order(_unique(left[a:a_end]), _unique(right[b:b_end]))
        if unique:
            anchors = [(a + i, b + j) for i, j in unique]
            found += [(i, j, 1) for i, j in anchors]
            todo += _gaps(anchors, a, a_end, b, b_end, depth + 1)
        else:
            ranked = _in_order(_ranked(left[a:a_end]), _ranked(right[b:b_end]))
            found += [(a + i, b + j, 1) for i, j in ranked]
    return _joined(found)


def _shared(
    left: Sequence[Hashable], right: Sequence[Hashable], at_left: range, at_right: range
) -> int:
    count = 0
    for i, j in zip(at_left, at_right, strict=False):
        if left[i] != right[j]:
            break
        count += 1
    return count


def _unique(items: Sequence[Hashable]) -> dict[Hashable, int]:
    counts = Counter(items)
    return {item: index for index, item in enumerate(items) if counts[item] == 1}


def _ranked(items: Sequence[Hashable]) -> dict[Hashable, int]:
    """Index the items by themselves and how often they came before."""
    seen: Counter[Hashable] = Counter()
    places: dict[Hashable, int] = {}
    for index, item in enumerate(items):
        places[item, seen[item]] = index
        seen[item] += 1
    return places


def _in_order(left: dict[Hashable, int], right: dict[Hashable, int]) -> list[tuple[int, int]]:
    """Return the longest increasing run of the pairs of places that both sides know."""
    pairs = [(place, right[item]) for item, place in left.items() if item in right]
    ends: list[int] = []
    last: list[int] = []
    before = [-1] * len(pairs)
    for index, (_, place) in enumerate(pairs):
        at = bisect_left(ends, place)
        before[index] = last[at - 1] if at else -1
        if at == len(ends):
            ends.append(place)
            last.append(index)
        else:
            ends[at] = place
            last[at] = index
    chain: list[tuple[int, int]] = []
    index = last[-1] if last else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _gaps(
    anchors: Sequence[tuple[int, int]], a: int, a_end: int, b: int, b_end: int, depth: int
) -> Iterator[tuple[int, int, int, int, int]]:
    for i, j in anchors:
        if i > a or j > b:
            yield a, i, b, j, depth
        a, b = i + 1, j + 1
    yield a, a_end, b, b_end, depth


def _joined(found: list[Match]) -> list[Match]:
    joined: list[Match] = []
    for i, j, size in sorted(match for match in found if match[2]):
        if joined and joined[-1][0] + joined[-1][2] == i and joined[-1][1] + joined[-1][2] == j:
            start_i, start_j, length = joined[-1]
            joined[-1] = (start_i, start_j, length + size)
        else:
            joined.append((i, j, size))
    return joined
