"""Changes and comments of a target since a moment, for one reader, with a summary of each change.

Permissions are checked on reading; minor changes and the reader's own are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, or_, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import absolute_url
from wiki.pages import find, rendering
from wiki.pages.comments import Comment
from wiki.pages.history.changes import recent, say
from wiki.pages.history.comparison import Comparison
from wiki.pages.models import Event, Page, Revision
from wiki.subscriptions.targets import KINDS

MOST = 300
"""Maximum number of changes, and of comments, per follow."""
EXCERPT = 140


@dataclass
class PageUpdates:
    """The changes and comments of one page."""

    page: Page
    events: dict[int, Event] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    words: str = ""

    @property
    def at(self) -> datetime:
        moments = [event.created_at for event in self.events.values()]
        return max(moments + [comment.created_at for comment in self.comments.values()])

    @property
    def versions(self) -> tuple[int, int] | None:
        """The numbers of the revision before the changes, and of the last one."""
        numbers = [event.revision_no for event in self.events.values() if event.revision_no]
        return (min(numbers) - 1, max(numbers)) if numbers else None

    @property
    def authors(self) -> str:
        names = [event.actor_name for event in self.events.values()]
        return ", ".join(dict.fromkeys(name or str(_("someone without account")) for name in names))

    @property
    def summaries(self) -> list[str]:
        """The edit summaries of the authors, without duplicates."""
        return list(dict.fromkeys(text for event in self.events.values() if (text := say(event))))

    @property
    def url(self) -> str:
        return absolute_url(url_for("pages.show", name=self.page.name))

    @property
    def comparison_url(self) -> str:
        """The URL that compares both revisions, "" if the page is new."""
        if self.versions is None or self.versions[0] < 1:
            return ""
        ends = {"from": self.versions[0], "to": self.versions[1]}
        return absolute_url(url_for("pages.diff", name=self.page.name, **ends))  # type: ignore[arg-type]


def gather(
    windows: Iterable[tuple[str, str, datetime]], *, until: datetime, actor: Actor
) -> list[PageUpdates]:
    """Return the updates of several targets, each since its own moment, grouped by page."""
    updates: dict[int, PageUpdates] = {}
    for kind, stored, since in windows:
        for page, event in _events(kind, stored, since, until, actor):
            updates.setdefault(page.id, PageUpdates(page)).events[event.id] = event
        for page, comment in _comments(kind, stored, since, until, actor):
            updates.setdefault(page.id, PageUpdates(page)).comments[comment.id] = comment
    return sorted(updates.values(), key=lambda news: news.at, reverse=True)


def summarize(news: list[PageUpdates], *, actor: Actor) -> None:
    """Set on each page update a line that counts the words added and removed."""
    ends = [(one.page.id, no) for one in news if one.versions for no in one.versions if no]
    if not ends:
        return
    query = select(Revision).where(tuple_(Revision.page_id, Revision.number).in_(ends))
    rows = {(row.page_id, row.number): row for row in db.session().scalars(query)}
    for one in news:
        if one.versions:
            old, new = (rows.get((one.page.id, number)) for number in one.versions)
            one.words = _summary(one.page, old, new, actor)


def excerpt(text: str) -> str:
    """Return the first words of a text as one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[:EXCERPT].rpartition(" ")[0] + "…"


def _summary(page: Page, old: Revision | None, new: Revision | None, actor: Actor) -> str:
    if new is None or new.purged_at or (old and old.purged_at):
        return ""
    if old is None:
        return excerpt(rendering.document_of(new.text, page.lang).plain)
    comparison = Comparison(page, old, new, actor)
    counts = []
    if comparison.added:
        counts.append(ngettext("%(num)s word added", "%(num)s words added", comparison.added))
    if comparison.removed:
        counts.append(ngettext("%(num)s taken out", "%(num)s taken out", comparison.removed))
    insertions = [piece.text for piece in comparison.pieces if piece.op == "ins"]
    longest = max(insertions, key=lambda text: len(re.findall(r"\w+", text)), default="")
    line = ", ".join(counts)
    if not (longest.strip() and line):
        return line
    return str(_("%(counts)s: “%(words)s”", counts=line, words=excerpt(longest)))


def _events(
    kind: str, stored: str, since: datetime, until: datetime, actor: Actor
) -> list[tuple[Page, Event]]:
    query = KINDS[kind].narrow(recent(actor), stored, actor=actor)
    query = query.where(
        *_between(Event.created_at, since, until), _by_others(Event.actor_id, actor)
    )
    rows = db.session().execute(query.options(joinedload(Page.head)).limit(MOST))
    return [(row[0], row.Event) for row in rows]


def _comments(
    kind: str, stored: str, since: datetime, until: datetime, actor: Actor
) -> list[tuple[Page, Comment]]:
    pages = find.visible_pages(actor).where(Page.talk != "none")
    query = KINDS[kind].narrow(pages, stored, actor=actor).options(joinedload(Page.head))
    query = query.join(Comment, Comment.page_id == Page.id).add_columns(Comment)
    query = query.where(
        Comment.removed_at.is_(None),
        *_between(Comment.created_at, since, until),
        _by_others(Comment.author_id, actor),
    )
    rows = db.session().execute(query.order_by(Comment.id.desc()).limit(MOST))
    return [(row[0], row.Comment) for row in rows]


def _between(
    column: InstrumentedAttribute[datetime], since: datetime, until: datetime
) -> tuple[ColumnElement[bool], ...]:
    return column > since, column <= until


def _by_others(column: InstrumentedAttribute[int | None], actor: Actor) -> ColumnElement[bool]:
    return true() if actor.id is None else or_(column.is_(None), column != actor.id)
