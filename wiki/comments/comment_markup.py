"""The text of a comment: light Markdown, safe as a page's, its headings plain words and its macros unrun."""

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
    """Put a text in a comment; return the people it names."""
    people = mentions.people_in(text)
    comment.text = text
    comment.html, comment.html_version = _document(comment, lang, people).to_json(), markup.VERSION
    return people


def drawn(comments: Sequence[Comment], *, page: Page, actor: Actor) -> dict[int, Markup]:
    """Return the HTML of comments for this reader, all their links looked up in one query."""
    documents = [_stored(comment, page) for comment in comments]
    filled = rendering.fill_many(documents, page=page, actor=actor)
    return {comment.id: html for comment, html in zip(comments, filled, strict=True)}


def _stored(comment: Comment, page: Page) -> markup.Document:
    if comment.html and comment.html_version == markup.VERSION:
        return markup.Document.from_json(comment.html)
    return _document(comment, page.lang, mentions.people_in(comment.text))


def _document(comment: Comment, lang: str, people: Sequence[User]) -> markup.Document:
    made = markup.render(
        comment.text, lang=lang or settings.get("lang"), scope=f"comment-{comment.id}-"
    )
    names = {person.name_key: person.shown_name for person in people}
    segments = (_light(part, names) if isinstance(part, str) else part for part in made.segments)
    return replace(made, segments=tuple(segments), headings=())


def _light(html: str, names: dict[str, str]) -> str:
    html = HEADING.sub(lambda tag: "</strong></p>" if tag[1] else "<p><strong>", html)
    if not names:
        return html
    pieces = TAGS.split(html)
    return "".join(
        piece if piece.startswith("<") else mentions.MENTION.sub(lambda m: _named(m, names), piece)
        for piece in pieces
    )


def _named(found: re.Match[str], names: dict[str, str]) -> str:
    shown = names.get(mentions.key_of(found[1]))
    return f'<b class="who">@{escape(shown)}</b>' if shown else found[0]
