"""What is new in something since a moment, for one reader: changes told in words, and comments.

Rights are those of the moment it is asked; small changes and one's own are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, or_, select, true, tuple_
from sqlalchemy.orm import joinedload

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
"""Changes and comments read for one follow; more are not told one by one."""
EXCERPT = 140


@dataclass
class PageNews:
    """What is new on one page."""

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
        """The version before what is new, and the last one."""
        numbers = [event.revision_no for event in self.events.values() if event.revision_no]
        return (min(numbers) - 1, max(numbers)) if numbers else None

    @property
    def authors(self) -> str:
        names = [event.actor_name for event in self.events.values()]
        return ", ".join(dict.fromkeys(name or str(_("someone without account")) for name in names))

    @property
    def said(self) -> list[str]:
        """What the authors say of their changes."""
        return list(dict.fromkeys(text for event in self.events.values() if (text := say(event))))

    @property
    def url(self) -> str:
        return absolute_url(url_for("pages.show", name=self.page.name))

    @property
    def compared(self) -> str:
        """Where one sees what changed; "" where there is nothing before."""
        if self.versions is None or self.versions[0] < 1:
            return ""
        ends = {"from": self.versions[0], "to": self.versions[1]}
        return absolute_url(url_for("pages.diff", name=self.page.name, **ends))  # type: ignore[arg-type]


def gather(
    wanted: Iterable[tuple[str, str, datetime]], *, until: datetime, actor: Actor
) -> list[PageNews]:
    """Return what is new in several things, each since its own moment; a page comes once."""
    found: dict[int, PageNews] = {}
    for kind, stored, since in wanted:
        for page, event in _events(kind, stored, since, until, actor):
            found.setdefault(page.id, PageNews(page)).events[event.id] = event
        for page, comment in _comments(kind, stored, since, until, actor):
            found.setdefault(page.id, PageNews(page)).comments[comment.id] = comment
    return sorted(found.values(), key=lambda news: news.at, reverse=True)


def tell_words(news: list[PageNews], *, actor: Actor) -> None:
    """Say of each page, in a line, which words came and went."""
    ends = [(one.page.id, no) for one in news if one.versions for no in one.versions if no]
    if not ends:
        return
    query = select(Revision).where(tuple_(Revision.page_id, Revision.number).in_(ends))
    rows = {(row.page_id, row.number): row for row in db.session().scalars(query)}
    for one in news:
        if one.versions:
            old, new = (rows.get((one.page.id, number)) for number in one.versions)
            one.words = _words(one.page, old, new, actor)


def excerpt(text: str) -> str:
    """Return the first words of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[:EXCERPT].rpartition(" ")[0] + "…"


def _words(page: Page, old: Revision | None, new: Revision | None, actor: Actor) -> str:
    if new is None or new.purged_at or (old and old.purged_at):
        return ""
    if old is None:
        return excerpt(rendering.document_of(new.text, page.lang).plain)
    compared = Comparison(page, old, new, actor)
    counts = []
    if compared.added:
        counts.append(ngettext("%(num)s word added", "%(num)s words added", compared.added))
    if compared.removed:
        counts.append(ngettext("%(num)s taken out", "%(num)s taken out", compared.removed))
    came = [piece.text for piece in compared.pieces if piece.op == "ins"]
    telling = max(came, key=lambda text: len(re.findall(r"\w+", text)), default="")
    line = ", ".join(counts)
    if not (telling.strip() and line):
        return line
    return str(_("%(counts)s: “%(words)s”", counts=line, words=excerpt(telling)))


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
    seen = find.visible_pages(actor).where(Page.talk != "none")
    query = KINDS[kind].narrow(seen, stored, actor=actor).options(joinedload(Page.head))
    query = query.join(Comment, Comment.page_id == Page.id).add_columns(Comment)
    query = query.where(
        Comment.removed_at.is_(None),
        *_between(Comment.created_at, since, until),
        _by_others(Comment.author_id, actor),
    )
    rows = db.session().execute(query.order_by(Comment.id.desc()).limit(MOST))
    return [(row[0], row.Comment) for row in rows]


def _between(column: Any, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return column > since, column <= until


def _by_others(column: Any, actor: Actor) -> ColumnElement[bool]:
    return true() if actor.id is None else or_(column.is_(None), column != actor.id)
