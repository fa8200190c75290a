"""Who last wrote each line of a page: the versions are walked back until every line has its author.

At most `MOST` versions are read; lines older than those are said to be. What was found is kept for the
page's current version, and the next version only compares itself with it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from threading import Lock
from typing import Any

from flask import Flask, Response, abort, current_app
from sqlalchemy import select
from sqlalchemy.orm import load_only

from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.http import audience, render
from wiki.core.markup.align import matches
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.models import Page, Revision

MOST = 500
"""Versions read at most for one page."""
AT_ONCE = 25
KEPT = 64
"""Pages whose lines stay known in memory."""

SHOWN = (
    Revision.number,
    Revision.author_name,
    Revision.others,
    Revision.summary,
    Revision.created_at,
)
Lines = tuple[int | None, ...]
"""The number of the version that each line comes from; None: older than what was read."""


@dataclass(frozen=True)
class Stretch:
    """Neighbouring lines that come from one version; `by` is None when it is older than what was read."""

    first: int
    lines: list[str]
    by: Revision | None


class _Known:
    """What was found lately, by page: the number of its version and where its lines come from."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[int, Lines]] = OrderedDict()
        self._lock = Lock()

    def get(self, page_id: int) -> tuple[int, Lines] | None:
        with self._lock:
            return self._kept.get(page_id)

    def put(self, page_id: int, number: int, lines: Lines) -> None:
        with self._lock:
            self._kept[page_id] = (number, lines)
            self._kept.move_to_end(page_id)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def init_app(app: Flask) -> None:
    """Give an application the memory of what was found."""
    app.extensions["gare.blame"] = _Known()


@blueprint.get("/<name>/blame")
@audience("page")
def blame(name: str) -> Response:
    """Show who last wrote each line of a page of text."""
    page = find.page_or_404(name, actor=current_actor())
    if page.kind != "text":
        abort(404)
    origins = origins_of(page)
    return render(
        "pages/blame.html", page=page, stretches=list(_stretches(page, origins)), most=MOST
    )


def origins_of(page: Page) -> Lines:
    """Return, for each line of a page's text, the number of the version that last wrote it."""
    known: _Known = current_app.extensions["gare.blame"]
    before = known.get(page.id)
    if before is not None and before[0] == page.revision_no:
        return before[1]
    found = _walked(page, before)
    known.put(page.id, page.revision_no, found)
    return found


def _walked(page: Page, before: tuple[int, Lines] | None) -> Lines:
    lines: list[int | None] = [None] * len(_lines(page.head.text))
    # Where each line not yet settled stands in the version at hand.
    left = {at: at for at in range(len(lines))}
    newer, newer_no = _lines(page.head.text), page.revision_no
    for number, text in _back(page):
        if before is not None and number == before[0] and len(before[1]) == len(_lines(text)):
            older = _lines(text)
            left = _settle(lines, left, newer, older, newer_no)
            for at, place in left.items():
                lines[at] = before[1][place]
            return tuple(lines)
        older = _lines(text)
        left = _settle(lines, left, newer, older, newer_no)
        newer, newer_no = older, number
        if not left:
            return tuple(lines)
    if page.revision_no - 1 <= MOST:
        # All was read: what is left came with the oldest version that still holds its text.
        for at in left:
            lines[at] = newer_no
    return tuple(lines)


def _settle(
    lines: list[int | None],
    left: dict[int, int],
    newer: Sequence[str],
    older: Sequence[str],
    newer_no: int,
) -> dict[int, int]:
    """Give a version the lines that the one before had not; return where the others stood in it."""
    stood = {j + k: i + k for i, j, size in matches(older, newer) for k in range(size)}
    kept = {}
    for at, place in left.items():
        if place in stood:
            kept[at] = stood[place]
        else:
            lines[at] = newer_no
    return kept


def _back(page: Page) -> Iterator[tuple[int, str]]:
    """Give the versions before the current one, the last first; purged ones say nothing."""
    below, read = page.revision_no, 0
    while read < MOST and below > 1:
        query = select(Revision.number, Revision.text, Revision.purged_at).where(
            Revision.page_id == page.id, Revision.number < below
        )
        rows = db.session().execute(query.order_by(Revision.number.desc()).limit(AT_ONCE)).all()
        for row in rows:
            below, read = row.number, read + 1
            if row.purged_at is None:
                yield row.number, row.text
        if not rows:
            return


def _stretches(page: Page, origins: Lines) -> Iterator[Stretch]:
    wanted = {number for number in origins if number is not None}
    stamps: dict[int, Any] = {}
    some = sorted(wanted)
    for start in range(0, len(some), 500):
        query = select(Revision).where(
            Revision.page_id == page.id, Revision.number.in_(some[start : start + 500])
        )
        for row in db.session().scalars(query.options(load_only(*SHOWN))):
            stamps[row.number] = row
    text = _lines(page.head.text)
    first = 1
    for number, group in groupby(zip(origins, text, strict=True), key=lambda pair: pair[0]):
        lines = [line for _number, line in group]
        yield Stretch(first, lines, stamps.get(number or 0))
        first += len(lines)


def _lines(text: str) -> list[str]:
    return text.split("\n")
