"""Case 101: no shape of text may cost more than in proportion to its size, in time or in HTML."""

import gc
import sys
import time
from itertools import pairwise
from types import FrameType

import pytest

from tests.core.markup.filling import PAIRED, filled
from tests.core.markup.shapes import SHAPES, Shape
from wiki.core.markup import Document, render
from wiki.core.markup.highlight import LANGUAGES, MAX_CODE, MAX_LINE, coloured_html

SMALL, LARGE = 8_000, 32_000
FULL = 80_000
# Four times the text may take 2.5 squared the time, and what a busy machine adds; the square is 16.
MOST_GROWTH = 9.0
TOO_SHORT_TO_TELL = 0.03
MOST_SECONDS = 4.0
UNITS = [
    "'",
    '"',
    "\\",
    "(",
    "{",
    "<",
    "/*\n",
    "<!--",
    "a ",
    "a.",
    "0",
    "\n",
    " \n",
    '"a\\',
    "#{",
    "&",
]


def cost(shape: Shape, size: int) -> float:
    """Return the processor time of one rendering, in seconds."""
    text = shape(size)
    start = time.process_time()
    render(text, paired=PAIRED)
    return time.process_time() - start


def grows_fairly(shape: Shape) -> bool:
    large = cost(shape, LARGE)
    return large < TOO_SHORT_TO_TELL or large <= MOST_GROWTH * cost(shape, SMALL)


@pytest.mark.parametrize("name", SHAPES)
def test_time_follows_size(name: str) -> None:
    shape = SHAPES[name]
    assert any(grows_fairly(shape) for _ in range(3))


def work(shape: Shape, size: int) -> int:
    """Return how many calls one rendering makes: the same on any machine, however busy."""
    text, calls = shape(size), 0

    def count(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    # What other tests left behind is not to be thrown away, and counted, in here.
    gc.disable()
    sys.setprofile(count)
    try:
        render(text, paired=PAIRED)
    finally:
        sys.setprofile(before)
        gc.enable()
    return calls


def work_follows(shape: Shape, sizes: tuple[int, ...]) -> bool:
    # Some begin with a long line once: what may grow is what comes after it.
    head = len(shape(1))
    # What is made once for all (lexers, patterns) is made before.
    render(shape(head + sizes[0]), paired=PAIRED)
    counts = [work(shape, head + size) for size in sizes]
    return all(large <= 2.5 * small + 500 for small, large in pairwise(counts))


def assert_work_follows(shape: Shape, sizes: tuple[int, ...]) -> None:
    # Python forgets one pattern for another once it knows 512: made again in the middle, it counts once.
    assert any(work_follows(shape, sizes) for _ in range(2))


@pytest.mark.parametrize("name", SHAPES)
def test_work_follows_size(name: str) -> None:
    assert_work_follows(SHAPES[name], (1_500, 3_000))


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_work_follows_size_up_to_80_kb(name: str) -> None:
    assert_work_follows(SHAPES[name], (10_000, 20_000, 40_000, 80_000))


def test_shapes_are_those_that_broke_others() -> None:
    assert len(SHAPES) >= 40


@pytest.mark.parametrize("name", SHAPES)
def test_html_follows_size(name: str) -> None:
    text = SHAPES[name](SMALL // 2)
    document = render(text, paired=PAIRED)
    most = 20 * len(text) + 64_000
    # The marks of the tests are longer than real links: what render itself makes is measured.
    assert sum(len(part) for part in document.segments if isinstance(part, str)) <= most
    assert len(document.to_json()) <= most
    assert len(document.plain) <= len(text) + 1_000
    assert isinstance(filled(document), str)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_full_size_is_bearable(name: str) -> None:
    assert any(cost(SHAPES[name], FULL) < MOST_SECONDS for _ in range(2))


def test_prose_of_a_megabyte_is_laid_out() -> None:
    phrase = "Une phrase avec un [[lien]], du **gras** et beaucoup de mots qui disent l'été. "
    text = (phrase + "Puis une autre, sans rien, plus longue encore. " * 8 + "\n\n") * 2_300
    start = time.process_time()
    document = render(text[:1_000_000])
    assert time.process_time() - start < 12
    assert isinstance(document, Document)
    assert "<strong>gras</strong>" in str(document.segments[:3])


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_lexer_is_slow_on_a_short_block(language: str) -> None:
    for unit in UNITS:
        line = unit if "\n" in unit else (unit * MAX_LINE)[: MAX_LINE - 1] + "\n"
        code = (line * MAX_CODE)[:MAX_CODE]
        start = time.process_time()
        coloured_html(code, language)
        assert time.process_time() - start < 1.5, unit
