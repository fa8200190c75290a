"""Compare two revisions: changes of title, tags and text, shown in one of three ways.

Texts come from the kind of page, so that a reader compares only what they may see.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from markupsafe import Markup, escape
from sqlalchemy import func, select

from wiki.core import db
from wiki.core.access import Actor
from wiki.core.markup import diff
from wiki.pages import rendering
from wiki.pages.history import html_diff
from wiki.pages.kinds import Kind, kind_of
from wiki.pages.models import Page, Revision

Show = Literal["rendered", "side", "source"]
INK = {"same": "{}", "ins": "<ins>{}</ins>", "del": "<del>{}</del>"}
CONTEXT = 3
"""Unchanged lines kept around a change; the rest is folded."""


@dataclass(frozen=True)
class Fold:
    """Unchanged lines that are not shown."""

    count: int


@dataclass
class Comparison:
    """An older and a newer revision of a page, as this reader may compare them."""

    page: Page
    old: Revision
    new: Revision
    actor: Actor
    show: Show = "rendered"
    unfold: bool = False
    kind: Kind = field(init=False)

    def __post_init__(self) -> None:
        self.kind = kind_of(self.page)

    @cached_property
    def sources(self) -> tuple[str, str]:
        """The texts compared, as this reader may see them."""
        old, new = (
            self.kind.source(revision, actor=self.actor) for revision in (self.old, self.new)
        )
        return old, new

    @cached_property
    def pieces(self) -> list[diff.Piece]:
        return diff.words(*self.sources)

    @property
    def added(self) -> int:
        return _count(self.pieces, "ins")

    @property
    def removed(self) -> int:
        return _count(self.pieces, "del")

    @property
    def title(self) -> list[diff.Piece] | None:
        """The pieces of the title, None when it is the same."""
        same = self.old.title == self.new.title
        return None if same else diff.words(self.old.title, self.new.title)

    @property
    def tags(self) -> tuple[list[str], list[str]]:
        """The tags added and the tags removed."""
        old, new = self.old.tags, self.new.tags
        return [tag for tag in new if tag not in old], [tag for tag in old if tag not in new]

    @property
    def is_same(self) -> bool:
        return self.sources[0] == self.sources[1] and self.title is None and self.tags == ([], [])

    @cached_property
    def counts(self) -> tuple[int, int]:
        """The number of versions after the old one up to the new one, and of their authors."""
        query = select(func.count(), func.count(Revision.author_name.distinct())).where(
            Revision.page_id == self.page.id,
            Revision.number > self.old.number,
            Revision.number <= self.new.number,
        )
        versions, people = db.session().execute(query).one()
        return versions, people

    def rendered(self) -> list[html_diff.Stretch | Fold]:
        """Return the rendered text with its changes, long unchanged stretches folded."""
        stretches = html_diff.compare(*(self._html(source) for source in self.sources))
        return [
            Fold(one.count) if one.same and not self.unfold and one.count > 1 else one
            for one in stretches
        ]

    def hunks(self) -> list[diff.Hunk]:
        """Return the changes of the source with some lines around them."""
        return diff.hunks(*self.sources, context=10**9 if self.unfold else CONTEXT)

    def rows(self) -> list[diff.Row | Fold]:
        """Return the lines of both versions side by side, distant unchanged ones folded."""
        rows = diff.side_by_side(*self.sources)
        changed = [index for index, row in enumerate(rows) if _is_changed(row)]
        near = {at for index in changed for at in range(index - CONTEXT, index + CONTEXT + 1)}
        folded_rows: list[diff.Row | Fold] = []
        folded = 0
        for index, row in enumerate(rows):
            if index not in near and not self.unfold:
                folded += 1
                continue
            if folded:
                folded_rows.append(Fold(folded))
            folded = 0
            folded_rows.append(row)
        return [*folded_rows, Fold(folded)] if folded else folded_rows

    def _html(self, source: str) -> str:
        if self.page.kind != "text":
            return "".join(f"<p>{escape(line)}</p>" for line in source.splitlines() if line.strip())
        document = rendering.document_of(source, self.page.lang)
        # Macro output is today's, not that of the version: compare the calls instead.
        macro = rendering.as_typed
        return str(rendering.fill(document, page=self.page, actor=self.actor, macro=macro))


def inked(pieces: Sequence[diff.Piece]) -> Markup:
    """Return pieces as HTML with `<ins>` and `<del>`, line breaks and repeated spaces preserved."""
    out = []
    for piece in pieces:
        spaced = escape(re.sub(r"(?<= ) | (?= )", "\u00a0", piece.text))
        text = spaced.replace("\n", Markup("<br>\n"))
        out.append(Markup(INK[piece.op]).format(text))  # noqa: S704 - one of ours
    return Markup().join(out)


def _count(pieces: Sequence[diff.Piece], op: str) -> int:
    return sum(len(re.findall(r"\w+", piece.text)) for piece in pieces if piece.op == op)


def _is_changed(row: diff.Row) -> bool:
    sides = (row.left, row.right)
    return None in sides or any(piece.op != "same" for side in sides for piece in side or ())
