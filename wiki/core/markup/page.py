"""What one rendering collects while its text is parsed and written: slots, headings, budgets."""

import secrets
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

from wiki.core.markup.document import Heading, Segment
from wiki.core.markup.text import TooComplex

MAX_TOKENS = 100_000
"""Most inline pieces of a text, bodies of macros included."""
MAX_BODIES = 8
"""Deepest nesting of paired macros."""
MAX_GROWTH = 20
SPARE = 64_000
MAX_STEPS = 300_000
STEPS_PER_CHARACTER = 2
SPARE_STEPS = 4_000
"""Chains of rules that a text may run: some for each character, and these whatever its size."""
CHARACTERS_PER_REREAD = 16
SPARE_REREADS = 1_000
"""Lines that blocks may read beyond their own end; prose has none."""


@dataclass(slots=True)
class Budget:
    """What a whole text may still cost, shared with the bodies of its macros."""

    tokens: int
    output: int
    steps: int
    rereads: int
    slugs: dict[str, int] = field(default_factory=dict)
    bodies: int = 0
    coloured: int = 20_000

    def spend_tokens(self, count: int) -> None:
        """Count inline pieces, or raise TooComplex."""
        self.tokens -= count
        if self.tokens < 0:
            raise TooComplex("too many inline pieces")

    def spend_steps(self, count: int) -> None:
        """Count runs of a chain of rules, or raise TooComplex."""
        self.steps -= count
        if self.steps < 0:
            raise TooComplex("too many steps")

    def spend_rereads(self, count: int) -> None:
        """Count lines read for a block that ended before them, or raise TooComplex."""
        self.rereads -= count
        if self.rereads < 0:
            raise TooComplex("lines read again and again")

    def spend_output(self, size: int) -> None:
        """Count characters of HTML, or raise TooComplex."""
        self.output -= size
        if self.output < 0:
            raise TooComplex("the HTML outgrows its text")

    def may_colour(self, size: int) -> bool:
        """Take that many characters of code off what a text may have coloured, if they fit."""
        fits = size <= self.coloured
        self.coloured -= size if fits else 0
        return fits


@dataclass(slots=True)
class Page:
    """The state of one rendering; `mark` is a secret no text can hold."""

    lang: str
    paired: frozenset[str]
    root_scope: str
    scope: str
    budget: Budget
    depth: int = 0
    inlines: int = 0
    columns: int = 0
    empty_cells: int = 0
    mark: str = field(default_factory=lambda: "gare" + secrets.token_hex(12))
    slots: list[Segment] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    pairs: dict[int, int] | None = None
    raw_open: list[str] = field(default_factory=list)

    def put(self, slot: Segment) -> str:
        """Keep a slot or a piece of trusted HTML; return the word that holds its place."""
        self.slots.append(slot)
        return f"{self.mark}s{len(self.slots) - 1}z"

    def inside(self) -> "Page":
        """Return the state for the body of a paired macro."""
        if self.depth >= MAX_BODIES:
            raise TooComplex("macros nested too deep")
        self.budget.bodies += 1
        scope = f"{self.scope}b{self.budget.bodies}-"
        return Page(self.lang, self.paired, self.root_scope, scope, self.budget, self.depth + 1)


def new_page(size: int, *, lang: str, paired: frozenset[str], scope: str) -> Page:
    """Return the state for a text of that many characters."""
    budget = Budget(
        tokens=MAX_TOKENS,
        output=MAX_GROWTH * size + SPARE,
        steps=min(MAX_STEPS, STEPS_PER_CHARACTER * size + SPARE_STEPS),
        rereads=size // CHARACTERS_PER_REREAD + SPARE_REREADS,
    )
    names = frozenset(name.lower() for name in paired)
    return Page(lang, names, scope, scope, budget)


def page_of(env: MutableMapping[str, Any]) -> Page:
    """Return the state that a parser carries."""
    page: Page = env["page"]
    return page
