"""The comments of a page for one reader: threads, anchored passages, reactions."""

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

MAX_THREADS = 40
"""Maximum number of threads under a page; the comments screen shows the older ones too."""
HEADING = re.compile(r'(<h([1-4]) id="([^"]+)"[^>]*>)(.*?)(</h\2>)', re.DOTALL)


@dataclass(frozen=True)
class ReactionCount:
    """A kind of reaction to a comment: count, names, and whether the reader gave it."""

    kind: str
    icon: str
    count: int = 0
    mine: bool = False
    names: str = ""


@dataclass
class CommentView:
    """A comment for display, with the permissions of the reader; `lost`: its passage has changed."""

    row: Comment
    html: Markup
    signs: Sequence[ReactionCount]
    may_edit: bool
    may_remove: bool
    replies: list[CommentView] = field(default_factory=list)
    passage: Passage | None = None
    lost: bool = False

    @property
    def initials(self) -> str:
        return initials(self.row.author_name)


class PageComments:
    """The comments of a page that was loaded for the actor, read lazily."""

    def __init__(self, page: Page, actor: Actor, *, inline: bool, resolved: bool = False) -> None:
        self.page, self.actor, self.inline, self.resolved = page, actor, inline, resolved

    @property
    def is_hidden(self) -> bool:
        """Whether the page shows no comments section: no comments, and none may be added."""
        return self.page.talk == "none" or not (self.count or self.page.talk == "open")

    @property
    def may_comment(self) -> bool:
        return comments.may_comment(self.page)

    @property
    def address(self) -> str:
        return "#talk" if self.inline else url_for("comments.comments", name=self.page.name)

    @cached_property
    def counts(self) -> tuple[int, int, int]:
        """The numbers of comments, of open threads and of resolved threads."""
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
        """The number of threads that only the comments screen shows."""
        return max(0, self.open_count - MAX_THREADS) if self.inline else 0

    @cached_property
    def threads(self) -> list[CommentView]:
        """The open or resolved threads, oldest first."""
        count = self.resolved_count if self.resolved else self.open_count
        return self._threads() if count else []

    @property
    def section(self) -> tuple[str, str]:
        """The id and title of the section in the query string, empty without one."""
        section_id = request.args.get("section", "")
        if not section_id or self.page.kind != "text":
            return "", ""
        headings = {heading.id: heading.text for heading in rendering.stored(self.page).headings}
        return (section_id, headings[section_id]) if section_id in headings else ("", "")

    def stamp(self) -> str:
        return antispam.stamp()

    def _threads(self) -> list[CommentView]:
        roots = self._roots()
        ids = [row.id for row in roots]
        statement = select(Comment).where(Comment.thread_id.in_(ids)).order_by(Comment.id)
        replies = list(db.session().scalars(statement)) if ids else []
        rows = [*roots, *replies]
        html = comment_markup.render_comments(
            [row for row in rows if row.removed_at is None], page=self.page, actor=self.actor
        )
        signs = _reactions_of([row.id for row in rows], self.actor)
        views = {row.id: self._view(row, html.get(row.id, Markup()), signs) for row in rows}
        for row in replies:
            views[row.thread_id or 0].replies.append(views[row.id])
        self._find_passages([views[row.id] for row in roots])
        return [views[row.id] for row in roots]

    def _roots(self) -> list[Comment]:
        is_selected: ColumnElement[bool] = (
            Comment.resolved_at.is_not(None) if self.resolved else Comment.resolved_at.is_(None)
        )
        query = select(Comment).where(
            Comment.page_id == self.page.id, Comment.thread_id.is_(None), is_selected
        )
        query = query.order_by(Comment.id.desc())
        if self.inline:
            query = query.limit(MAX_THREADS)
        return list(db.session().scalars(query))[::-1]

    def _view(
        self, row: Comment, html: Markup, signs: dict[int, list[ReactionCount]]
    ) -> CommentView:
        is_own, exists = comments.is_own(row, self.actor), row.removed_at is None
        return CommentView(
            row,
            html,
            signs.get(row.id, []),
            may_edit=exists and is_own and self.may_comment,
            may_remove=exists and (is_own or "own" in self.page.allowed),
        )

    def _find_passages(self, roots: Sequence[CommentView]) -> None:
        anchored = [view for view in roots if view.row.quote]
        if not anchored:
            return
        text = Text(rendering.stored(self.page).plain)
        for view in anchored:
            row = view.row
            view.passage = text.find(row.quote, row.before, row.after)
            view.lost = view.passage is None


def comments_of(page: Page, *, resolved: bool = False, inline: bool | None = None) -> PageComments:
    """Return the comments of a page for the current actor, cached for the request."""
    actor = current_actor()
    if inline is None:
        inline = page.kind != "station" and request.path != "/"
    key = ("talk", page.id, actor.id, resolved, inline)
    return db.once(key, lambda: PageComments(page, actor, inline=inline, resolved=resolved))


def url_of(comment: Comment, page: Page) -> str:
    """Return the URL of a comment; resolved and old threads are on the comments screen only."""
    root = db.session().get_one(Comment, comment.thread_id or comment.id)
    anchor, resolved = f"comment-{comment.id}", root.resolved_at is not None
    newer = select(func.count()).where(
        Comment.page_id == page.id,
        Comment.thread_id.is_(None),
        Comment.resolved_at.is_(None),
        Comment.id > root.id,
    )
    screen = page.kind == "station" or resolved
    if screen or (db.session().scalar(newer) or 0) >= MAX_THREADS:
        closed = "1" if resolved else None
        return url_for("comments.comments", name=page.name, resolved=closed, _anchor=anchor)
    return url_for("pages.show", name=page.name, _anchor=anchor)


def add_comment_links(body: Markup, page: Page) -> Markup:
    """Add a link to each heading of a page that comments on its section."""
    if not comments.may_comment(page) or page.kind != "text" or request.path == "/":
        return body
    mark_icon, label = icon("message-square"), escape(_("Comment this section"))

    def add_link(match: re.Match[str]) -> str:
        url = url_for("pages.show", name=page.name, section=match[3], _anchor="talk-form")
        link = f'<a class="say" href="{escape(url)}" title="{label}">{mark_icon}'
        return f'{match[1]}{match[4]} {link}<span class="sr">{label}</span></a>{match[5]}'

    return Markup(HEADING.sub(add_link, str(body)))  # noqa: S704 - only adds our own escaped links to safe HTML


def _reactions_of(ids: Sequence[int], actor: Actor) -> dict[int, list[ReactionCount]]:
    """Return the reactions to comments by id, in one query."""
    people_by_kind: dict[int, dict[str, list[tuple[int, str]]]] = {}
    query = select(Reaction.comment_id, Reaction.kind, User).join(User)
    rows = db.session().execute(query.where(Reaction.comment_id.in_(ids)).order_by(User.id))
    for comment_id, kind, user in rows:
        people_by_kind.setdefault(comment_id, {}).setdefault(kind, []).append(
            (user.id, user.shown_name)
        )
    return {
        key: [_reaction_count(kind, people, actor) for kind in comments.REACTIONS]
        for key in ids
        for people in [people_by_kind.get(key, {})]
    }


def _reaction_count(
    kind: str, people_by_kind: dict[str, list[tuple[int, str]]], actor: Actor
) -> ReactionCount:
    people = people_by_kind.get(kind, [])
    is_own = any(user_id == actor.id for user_id, _name in people)
    names = ", ".join(name for _id, name in people)
    return ReactionCount(kind, comments.REACTIONS[kind], len(people), is_own, names)
