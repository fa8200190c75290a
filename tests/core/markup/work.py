"""Count what a rendering does: calls, the same on any machine, however busy."""

import cProfile
import gc
from itertools import pairwise

from tests.core.markup.filling import PAIRED
from wiki.core.markup import render


def work(text: str) -> int:
    """Return how many calls one rendering makes, of Python and of C."""
    profile = cProfile.Profile()
    # What other tests left behind is not to be thrown away, and counted, in here.
    gc.disable()
    try:
        profile.runcall(render, text, paired=PAIRED)
    finally:
        gc.enable()
    return sum(entry.callcount for entry in profile.getstats())


def repeated(unit: str, size: int) -> str:
    """Return a text of that many characters."""
    return (unit * (size // len(unit) + 1))[:size]


def follows(unit: str, sizes: tuple[int, ...], *, most: float = 2.2) -> bool:
    """Answer whether doubling a text at most doubles the work, and a little more."""
    # What is made once for all (lexers, patterns) is made before.
    render(repeated(unit, sizes[0]), paired=PAIRED)
    counts = [work(repeated(unit, size)) for size in sizes]
    return all(large <= most * small + 500 for small, large in pairwise(counts))
