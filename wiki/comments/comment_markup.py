"""Render comments: Markdown as in pages, but without headings and macros."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup, escape

from wiki.accounts.models import User
from wiki.comments import mentions
from wiki.core import markup, settings
from wiki.core.access import Actor
from wiki.pages import rendering
from wiki.pages.comments import Comment
from wiki.pages.models import Page

HEADING = re.compile(r"<(/?)h[1-6](?: [^>]*)?>")
TAGS = re.compile(r"(<[^>]*>)")


def write(comment: Comment, text: str, *, lang: str) -> list[User]:
    """Set the text of a comment and render it; return the people it mentions."""
    people = mentions.people_in(text)
    comment.text = text
    comment.html, comment.html_version = _document(comment, lang, people).to_json(), markup.VERSION
    return people


def render_comments(comments: Sequence[Comment], *, page: Page, actor: Actor) -> dict[int, Markup]:
    """Return the HTML of comments by id for this reader; look up all links in one query."""
    documents = [_stored_document(comment, page) for comment in comments]
    filled = rendering.fill_many(documents, page=page, actor=actor)
    return {comment.id: html for comment, html in zip(comments, filled, strict=True)}


def _stored_document(comment: Comment, page: Page) -> markup.Document:
    if comment.html and comment.html_version == markup.VERSION:
        return markup.Document.from_json(comment.html)
    return _document(comment, page.lang, mentions.people_in(comment.text))


def _document(comment: Comment, lang: str, people: Sequence[User]) -> markup.Document:
    document = markup.render(
        comment.text, lang=lang or settings.get("lang"), scope=f"comment-{comment.id}-"
    )
    names = {person.name_key: person.shown_name for person in people}
    segments = (
        _simplify(part, names) if isinstance(part, str) else part for part in document.segments
    )
    return replace(document, segments=tuple(segments), headings=())


def _simplify(html: str, names: dict[str, str]) -> str:
    html = HEADING.sub(lambda tag: "</strong></p>" if tag[1] else "<p><strong>", html)
    if not names:
        return html
    pieces = TAGS.split(html)
    return "".join(
        piece
        if piece.startswith("<")
        else mentions.MENTION.sub(lambda m: _mention_html(m, names), piece)
        for piece in pieces
    )


def _mention_html(match: re.Match[str], names: dict[str, str]) -> str:
    display_name = names.get(mentions.key_of(match[1]))
    return f'<b class="who">@{escape(display_name)}</b>' if display_name else match[0]
