"""The comments of a page as one reader sees them: threads, where each passage stands now, reactions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from flask import request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy import ColumnElement, case, func, select

from wiki.accounts.models import User
from wiki.comments import comment_markup, comments
from wiki.comments.anchors import Passage, Text
from wiki.comments.models import Reaction
from wiki.core import antispam, db
from wiki.core.access import Actor, current_actor, initials
from wiki.core.template_globals import icon
from wiki.pages import rendering
from wiki.pages.comments import Comment
from wiki.pages.models import Page

MOST_THREADS = 40
"""Threads shown under a page; older ones are on the screen of comments."""
HEADING = re.compile(r'(<h([1-4]) id="([^"]+)"[^>]*>)(.*?)(</h\2>)', re.DOTALL)


@dataclass(frozen=True)
class Sign:
    """One reaction under a comment: how many gave it, who, and whether the reader did."""

    kind: str
    icon: str
    count: int = 0
    mine: bool = False
    names: str = ""


@dataclass
class Said:
    """A comment as it is shown, with what its reader may do."""

    row: Comment
    html: Markup
    signs: Sequence[Sign]
    may_edit: bool
    may_remove: bool
    replies: list[Said] = field(default_factory=list)
    passage: Passage | None = None
    lost: bool = False

    @property
    def initials(self) -> str:
        return initials(self.row.author_name)


class Talk:
    """The comments of a page that was loaded for the actor; what is not asked for costs nothing."""

    def __init__(self, page: Page, actor: Actor, *, inline: bool, resolved: bool = False) -> None:
        self.page, self.actor, self.inline, self.resolved = page, actor, inline, resolved

    @property
    def is_hidden(self) -> bool:
        """Nothing to read and nobody to write: then the page does not speak of comments."""
        return self.page.talk == "none" or not (self.count or self.page.talk == "open")

    @property
    def may_comment(self) -> bool:
        return comments.may_comment(self.page)

    @property
    def address(self) -> str:
        return "#talk" if self.inline else url_for("comments.comments", name=self.page.name)

    @cached_property
    def counts(self) -> tuple[int, int, int]:
        """How many comments stand, in how many open threads, and in how many resolved ones."""
        if self.page.talk == "none":
            return 0, 0, 0
        root = Comment.thread_id.is_(None)
        query = select(
            func.count(case((Comment.removed_at.is_(None), 1))),
            func.count(case((root & Comment.resolved_at.is_(None), 1))),
            func.count(case((root & Comment.resolved_at.is_not(None), 1))),
        )
        row = db.session().execute(query.where(Comment.page_id == self.page.id)).one()
        return row[0], row[1], row[2]

    @property
    def count(self) -> int:
        return self.counts[0]

    @property
    def open_count(self) -> int:
        return self.counts[1]

    @property
    def resolved_count(self) -> int:
        return self.counts[2]

    @property
    def older(self) -> int:
        """How many threads are left to the screen of comments."""
        return max(0, self.open_count - MOST_THREADS) if self.inline else 0

    @cached_property
    def threads(self) -> list[Said]:
        """The threads asked for, the oldest first."""
        wanted = self.resolved_count if self.resolved else self.open_count
        return self._threads() if wanted else []

    @property
    def section(self) -> tuple[str, str]:
        """The id and the title of the section the form is about, as the address says."""
        wanted = request.args.get("section", "")
        if not wanted or self.page.kind != "text":
            return "", ""
        headings = {one.id: one.text for one in rendering.stored(self.page).headings}
        return (wanted, headings[wanted]) if wanted in headings else ("", "")

    def stamp(self) -> str:
        return antispam.stamp()

    def _threads(self) -> list[Said]:
        roots = self._roots()
        ids = [row.id for row in roots]
        of_them = select(Comment).where(Comment.thread_id.in_(ids)).order_by(Comment.id)
        replies = list(db.session().scalars(of_them)) if ids else []
        rows = [*roots, *replies]
        html = comment_markup.drawn(
            [row for row in rows if row.removed_at is None], page=self.page, actor=self.actor
        )
        signs = _signs([row.id for row in rows], self.actor)
        said = {row.id: self._said(row, html.get(row.id, Markup()), signs) for row in rows}
        for row in replies:
            said[row.thread_id or 0].replies.append(said[row.id])
        self._find_passages([said[row.id] for row in roots])
        return [said[row.id] for row in roots]

    def _roots(self) -> list[Comment]:
        done: ColumnElement[bool] = (
            Comment.resolved_at.is_not(None) if self.resolved else Comment.resolved_at.is_(None)
        )
        query = select(Comment).where(
            Comment.page_id == self.page.id, Comment.thread_id.is_(None), done
        )
        newest = query.order_by(Comment.id.desc())
        if self.inline:
            newest = newest.limit(MOST_THREADS)
        return list(db.session().scalars(newest))[::-1]

    def _said(self, row: Comment, html: Markup, signs: dict[int, list[Sign]]) -> Said:
        own, stands = comments.is_own(row, self.actor), row.removed_at is None
        return Said(
            row,
            html,
            signs.get(row.id, []),
            may_edit=stands and own and self.may_comment,
            may_remove=stands and (own or "own" in self.page.allowed),
        )

    def _find_passages(self, roots: Sequence[Said]) -> None:
        anchored = [said for said in roots if said.row.quote]
        if not anchored:
            return
        text = Text(rendering.stored(self.page).plain)
        for said in anchored:
            row = said.row
            said.passage = text.find(row.quote, row.before, row.after)
            said.lost = said.passage is None


def talk_of(page: Page, *, resolved: bool = False, inline: bool | None = None) -> Talk:
    """Return the comments of a page for who makes this request; asked twice, looked up once."""
    actor = current_actor()
    if inline is None:
        inline = page.kind != "station" and request.path != "/"
    key = ("talk", page.id, actor.id, resolved, inline)
    return db.once(key, lambda: Talk(page, actor, inline=inline, resolved=resolved))


def url_of(comment: Comment, page: Page) -> str:
    """Return the address where a comment is shown: closed threads, and the oldest of many, have a screen."""
    root = db.session().get_one(Comment, comment.thread_id or comment.id)
    anchor, resolved = f"comment-{comment.id}", root.resolved_at is not None
    newer = select(func.count()).where(
        Comment.page_id == page.id,
        Comment.thread_id.is_(None),
        Comment.resolved_at.is_(None),
        Comment.id > root.id,
    )
    screen = page.kind == "station" or resolved
    if screen or (db.session().scalar(newer) or 0) >= MOST_THREADS:
        closed = "1" if resolved else None
        return url_for("comments.comments", name=page.name, resolved=closed, _anchor=anchor)
    return url_for("pages.show", name=page.name, _anchor=anchor)


def with_ways(body: Markup, page: Page) -> Markup:
    """Put beside each heading of a page the way to comment its section."""
    if not comments.may_comment(page) or page.kind != "text" or request.path == "/":
        return body
    mark, words = icon("message-square"), escape(_("Comment this section"))

    def way(found: re.Match[str]) -> str:
        url = url_for("pages.show", name=page.name, section=found[3], _anchor="talk-form")
        link = f'<a class="say" href="{escape(url)}" title="{words}">{mark}'
        return f'{found[1]}{found[4]} {link}<span class="sr">{words}</span></a>{found[5]}'

    return Markup(HEADING.sub(way, str(body)))  # noqa: S704 - ours around what came safe


def _signs(ids: Sequence[int], actor: Actor) -> dict[int, list[Sign]]:
    """Return the reactions to some comments, in one query."""
    given: dict[int, dict[str, list[tuple[int, str]]]] = {}
    query = select(Reaction.comment_id, Reaction.kind, User).join(User)
    rows = db.session().execute(query.where(Reaction.comment_id.in_(ids)).order_by(User.id))
    for comment_id, kind, user in rows:
        given.setdefault(comment_id, {}).setdefault(kind, []).append((user.id, user.shown_name))
    return {
        key: [_sign(kind, found, actor) for kind in comments.REACTIONS]
        for key in ids
        for found in [given.get(key, {})]
    }


def _sign(kind: str, given: dict[str, list[tuple[int, str]]], actor: Actor) -> Sign:
    people = given.get(kind, [])
    mine = any(user_id == actor.id for user_id, _name in people)
    names = ", ".join(name for _id, name in people)
    return Sign(kind, comments.REACTIONS[kind], len(people), mine, names)
