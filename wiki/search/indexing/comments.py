"""Which comments search knows, for whom: those that stand, on a page that may be read and shows its comments."""

from __future__ import annotations

import zlib

from flask import url_for
from sqlalchemy import ColumnElement, Select, and_, select

from wiki.accounts.models import User
from wiki.core import markup
from wiki.core.access import Actor
from wiki.pages import rendering
from wiki.pages.comments import Comment
from wiki.pages.find import visible_pages
from wiki.pages.models import Page


def findable() -> ColumnElement[bool]:
    """Return the condition, on a comment and its page, of a comment that some may find."""
    return and_(Comment.removed_at.is_(None), Page.trashed_at.is_(None), Page.talk != "none")


def all_findable() -> Select[Comment, Page]:
    """Return the query of the comments that are indexed, each with its page."""
    return select(Comment, Page).join(Page, Page.id == Comment.page_id).where(findable())


def with_authors() -> Select[Comment, Page, str]:
    """Return the same query with the sign-in names of who wrote them, "" of those without account."""
    named = all_findable().outerjoin(User, User.id == Comment.author_id)
    return named.add_columns(User.name)


def visible(actor: Actor) -> Select[Comment, Page]:
    """Return the query of the comments that this actor may find."""
    return all_findable().where(Page.id.in_(visible_pages(actor).with_only_columns(Page.id)))


def hidden_ids(actor: Actor, *, after: int = 0) -> Select[int]:
    """Return the query of the comments, numbered past one, that this actor may not find."""
    seen = visible(actor).where(Comment.id > after).with_only_columns(Comment.id)
    return select(Comment.id).where(Comment.id > after, Comment.id.not_in(seen))


def text_of(comment: Comment, page: Page) -> str:
    """Return what a comment says, without its marks."""
    if comment.html and comment.html_version == markup.VERSION:
        return markup.Document.from_json(comment.html).plain
    return rendering.document_of(comment.text, page.lang).plain


def url_of(comment: Comment) -> str:
    """Return the address of a comment, which leads to wherever it is shown."""
    return url_for("comments.comment", comment_id=comment.id)


def version_of(comment: Comment, author: str, page: Page, places: tuple[str, str]) -> int:
    """Return a number, from 1, that changes with anything a comment's document is made of."""
    moments = comment.created_at, comment.edited_at
    said = "\0".join(map(str, (comment.id, *moments, author, page.lang, *places)))
    return (zlib.crc32(said.encode(errors="replace")) & 0x7FFFFFFF) or 1
