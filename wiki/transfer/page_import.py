"""Bring pages in, whatever they come from: made when new, saved when changed, in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from wiki.core import db, settings
from wiki.core.access import SYSTEM, Actor
from wiki.core.http import Invalid
from wiki.core.names import is_page_name, page_name
from wiki.core.search.index import indexer
from wiki.pages import find, save
from wiki.pages.content import Content
from wiki.search import index
from wiki.search.indexing.documents import Pages

BATCH = 50
"""Pages in one transaction: a disk flush each would take longer than the pages."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Item:
    """One page to bring in; `where` says where it stands in its source, for the report."""

    where: str
    name: str
    title: str
    body: str
    tags: tuple[str, ...] = ()
    lang: str = ""


@dataclass
class Report:
    """What an import did; `problems` says, a line each, what it could not."""

    created: int = 0
    changed: int = 0
    same: int = 0
    problems: list[str] = field(default_factory=list)


def bring(
    items: Iterable[Item], *, total: int, author: Actor = SYSTEM, progress: Progress
) -> Report:
    """Bring items in and catch the index up; a bad item is reported and the others go on."""
    report, done = Report(), 0
    for batch in _batches(items):
        _bring_batch(batch, author, report)
        done += len(batch)
        progress(done, total)
    indexer.catch_up(index.engine(), Pages())
    return report


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _bring_batch(batch: Sequence[Item], author: Actor, report: Report) -> None:
    with db.write():
        for item in batch:
            try:
                _bring_one(item, author, report)
            except Invalid as error:
                report.problems.append(f"{item.where}: {error}")


def _bring_one(item: Item, author: Actor, report: Report) -> None:
    name = item.name if is_page_name(item.name) else page_name(item.name or item.title)
    content = Content(item.title or name, item.body, tags=item.tags)
    page = find.page_or_none(name, actor=author)
    if page is not None:
        before = page.revision_no
        after = save.save(
            page,
            Content(content.title, content.text, dict(page.head.data), content.tags),
            base=None,
            author=author,
        )
        report.same += after.revision_no == before
        report.changed += after.revision_no != before
        return
    if find.is_taken(name):
        raise Invalid(name=f"{name}: this name is taken by a page in the trash")
    new = save.NewPage(name=name, lang=item.lang or str(settings.get("lang")))
    save.create(new, content, author=author)
    report.created += 1
