"""Blame: the last author of each line of a page, found by walking back through its versions.

At most `MOST` versions are read; older lines have no author. The result is cached by page, and the next
version is only compared with the cached one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from threading import Lock

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
"""The maximal number of versions read for one page."""
AT_ONCE = 25
CACHE_SIZE = 64
"""The maximal number of pages in the cache."""

SHOWN = (
    Revision.number,
    Revision.author_name,
    Revision.others,
    Revision.summary,
    Revision.created_at,
)
Lines = tuple[int | None, ...]
"""The number of the version that each line comes from; None: older than the versions read."""


@dataclass(frozen=True)
class Stretch:
    """Neighbouring lines that come from one version; `by` is None if older than the versions read."""

    first: int
    lines: list[str]
    by: Revision | None


class _Cache:
    """A thread-safe LRU cache: page id -> (revision number, origins of its lines)."""

    def __init__(self) -> None:
        self._entries: OrderedDict[int, tuple[int, Lines]] = OrderedDict()
        self._lock = Lock()

    def get(self, page_id: int) -> tuple[int, Lines] | None:
        with self._lock:
            return self._entries.get(page_id)

    def put(self, page_id: int, number: int, lines: Lines) -> None:
        with self._lock:
            self._entries[page_id] = (number, lines)
            self._entries.move_to_end(page_id)
            while len(self._entries) > CACHE_SIZE:
                self._entries.popitem(last=False)


def init_app(app: Flask) -> None:
    """Give the application its cache."""
    app.extensions["gare.blame"] = _Cache()


@blueprint.get("/<name>/blame")
@audience("page")
def blame(name: str) -> Response:
    """Show the last author of each line of a text page."""
    page = find.page_or_404(name, actor=current_actor())
    if page.kind != "text":
        abort(404)
    origins = origins_of(page)
    return render(
        "pages/blame.html", page=page, stretches=list(_stretches(page, origins)), most=MOST
    )


def origins_of(page: Page) -> Lines:
    """Return, for each line of a page's text, the number of the version that last wrote it."""
    cache: _Cache = current_app.extensions["gare.blame"]
    before = cache.get(page.id)
    if before is not None and before[0] == page.revision_no:
        return before[1]
    origins = _walk_back(page, before)
    cache.put(page.id, page.revision_no, origins)
    return origins


def _walk_back(page: Page, before: tuple[int, Lines] | None) -> Lines:
    lines: list[int | None] = [None] * len(_lines(page.head.text))
    # For each line without origin, its index in the version being read.
    left = {at: at for at in range(len(lines))}
    newer, newer_no = _lines(page.head.text), page.revision_no
    for number, text in _older_texts(page):
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
        # All versions were read: the remaining lines come from the oldest one with a text.
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
    """Attribute to a version the lines missing from the one before; return the indexes of the others there."""
    older_index = {j + k: i + k for i, j, size in matches(older, newer) for k in range(size)}
    unsettled = {}
    for at, place in left.items():
        if place in older_index:
            unsettled[at] = older_index[place]
        else:
            lines[at] = newer_no
    return unsettled


def _older_texts(page: Page) -> Iterator[tuple[int, str]]:
    """Yield the number and text of the versions before the current one, newest first, without purged ones."""
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
    revisions: dict[int, Revision] = {}
    numbers = sorted({number for number in origins if number is not None})
    for start in range(0, len(numbers), 500):
        query = select(Revision).where(
            Revision.page_id == page.id, Revision.number.in_(numbers[start : start + 500])
        )
        for row in db.session().scalars(query.options(load_only(*SHOWN))):
            revisions[row.number] = row
    text = _lines(page.head.text)
    first = 1
    for number, group in groupby(zip(origins, text, strict=True), key=lambda pair: pair[0]):
        lines = [line for _number, line in group]
        yield Stretch(first, lines, revisions.get(number or 0))
        first += len(lines)


def _lines(text: str) -> list[str]:
    return text.split("\n")
