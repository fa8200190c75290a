"""Case 101: no two or three constructs, repeated together, cost more than in proportion to their size.

What broke others is in `shapes`; here constructs meet that nobody thought of putting together.
"""

import random
import time
from collections.abc import Iterable, Sequence
from itertools import combinations, combinations_with_replacement

import pytest

from tests.core.markup.constructs import CONSTRUCTS
from tests.core.markup.filling import PAIRED, filled, tags
from tests.core.markup.work import follows, repeated
from wiki.core.markup import render

PAIRS = ["".join(pair) for pair in combinations_with_replacement(CONSTRUCTS, 2)]
TRIPLES = ["".join(triple) for triple in combinations(CONSTRUCTS, 3)]
QUICK = (300, 600)
CERTAIN = (2_000, 4_000, 8_000)
FULL = (10_000, 20_000, 40_000)
GROUPS = 8
MOST_SECONDS = 2.0
TANGLED = (
    "\n:::\n>> :::note x",
    "> # a\nb\n",
    "> ---\nb\n",
    "> ```\nb\n",
    "> |a|\n> |-|\nb\n",
    "> <div>\nb\n",
    ">     a\nb\n",
    "> - # a\nb\n",
    "> # a\n> b\nc\n",
    "- > # a\n  b\n",
    ">> [^a]: # a\nb\n",
    "> {{a}}\nb\n",
    "---\n|a|b|\n|-|-|\n",
    "- |a|b|\n|-|-|\n",
)


def growing(units: Iterable[str]) -> list[str]:
    """Return the units whose work outgrows their size.

    A rule that looks some way ahead does all it can only in a text longer than that: what seems to
    grow in a short text is measured in longer ones.
    """
    return [unit for unit in units if not follows(unit, QUICK) and not follows(unit, CERTAIN)]


def sampled(units: Sequence[str], count: int, seed: int) -> list[str]:
    return random.Random(seed).sample(units, count)


@pytest.mark.parametrize("group", range(GROUPS))
def test_pairs_cost_what_their_size_costs(group: int) -> None:
    assert growing(PAIRS[group::GROUPS]) == []


@pytest.mark.parametrize("group", range(4))
def test_triples_cost_what_their_size_costs(group: int) -> None:
    assert growing(sampled(TRIPLES, 500, 101)[group::4]) == []


@pytest.mark.parametrize("unit", TANGLED)
def test_tangled_texts_cost_what_their_size_costs(unit: str) -> None:
    assert follows(unit, CERTAIN)


@pytest.mark.parametrize("unit", TANGLED)
def test_tangled_texts_take_no_time(unit: str) -> None:
    text = repeated(unit, 40_000)
    times = []
    for _ in range(2):
        start = time.process_time()
        render(text, paired=PAIRED)
        times.append(time.process_time() - start)
    assert min(times) < MOST_SECONDS


def test_tangled_text_is_shown_as_typed_with_a_word_of_why() -> None:
    text = "<b>Été</b>\n" + repeated("> # a\nb\n", 4_000)
    document = render(text, lang="fr")
    assert "here it is as written" in str(document.segments[0])
    assert "&lt;b&gt;Été&lt;/b&gt;\n&gt; # a\nb\n" in str(document.segments[0])
    assert document.plain == text


@pytest.mark.parametrize("text", ["> ::: note\n>", "- ::: note x\n> ", "> > ::: ok\n> > a\n> >"])
def test_box_in_a_quote_that_ends_the_text_is_no_error(text: str) -> None:
    assert '<div class="box">' in filled(render(text, paired=PAIRED))


def test_honest_quote_left_early_is_laid_out() -> None:
    page = "> ## Titre\nUne réponse sans ligne vide,\nqui continue.\n\n> - point\n\nSuite.\n\n"
    document = render(page * 200)
    assert sum(str(part).count("<blockquote>") for part in document.segments) == 400


@pytest.mark.slow
@pytest.mark.parametrize("group", range(GROUPS))
def test_pairs_cost_what_their_size_costs_up_to_40_kb(group: int) -> None:
    assert [unit for unit in PAIRS[group::GROUPS] if not follows(unit, FULL)] == []


@pytest.mark.slow
@pytest.mark.parametrize("group", range(GROUPS))
def test_all_triples_cost_what_their_size_costs(group: int) -> None:
    assert growing(TRIPLES[group::GROUPS]) == []


@pytest.mark.parametrize("count", [500, pytest.param(500_000, marks=pytest.mark.slow)])
def test_texts_at_random_are_rendered(count: int) -> None:
    """Some are repeated until they show whether they grow."""
    chance = random.Random(count)
    for turn in range(count):
        unit = "".join(chance.choices(CONSTRUCTS, k=chance.randint(1, 24)))
        html = filled(render(unit, paired=PAIRED))
        assert not {"script", "style", "iframe"} & {name for name, _ in tags(html)}, unit
        if turn % 100 == 0:
            assert growing([unit]) == []
