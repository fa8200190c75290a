"""From page text to a document: parse, read it plain, set it, write it, clean it, cut it."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from markdown_it.token import Token

from wiki.core.markup.document import Document, Heading
from wiki.core.markup.page import Page, new_page
from wiki.core.markup.parser import parser
from wiki.core.markup.plain import inline_text, plain_text
from wiki.core.markup.sanitise import cut
from wiki.core.markup.slugs import heading_id
from wiki.core.markup.text import MAX_SIZE, TooComplex, normalise
from wiki.core.markup.typography import elided, typographer

MAX_LINES = 12_000
"""Most lines, blank ones apart."""
MAX_MARKS = 120_000
"""Most characters that may mean something in Markdown; prose has one in thirty."""
_MARKS = "!&()*:<>@[\\]^_`{|}~«»"


def render(
    text: str, *, lang: str = "fr", paired: frozenset[str] = frozenset(), scope: str = ""
) -> Document:
    """Turn page text into a document.

    `paired` names the macros that may enclose text; `scope` starts the ids, for texts that share a
    page. Raises TooComplex beyond MAX_SIZE only; text too deep or dense comes back plain.
    """
    text = normalise(text)
    if len(text) > MAX_SIZE:
        raise TooComplex(f"more than {MAX_SIZE} characters")
    try:
        _check_density(text)
        return _document(text, new_page(len(text), lang=lang, paired=paired, scope=scope), {})
    except (TooComplex, RecursionError):
        return _unformatted(text, lang)


def _check_density(text: str) -> None:
    if sum(1 for line in text.split("\n") if line and not line.isspace()) > MAX_LINES:
        raise TooComplex("too many lines")
    if sum(text.count(mark) for mark in _MARKS) > MAX_MARKS:
        raise TooComplex("too many marks")


def _document(text: str, page: Page, references: dict[str, Any]) -> Document:
    md = parser()
    env: dict[str, Any] = {"page": page, "references": dict(references)}
    tokens = md.parse(text, env)
    name_headings(tokens, page, env["references"])
    plain = plain_text(tokens)
    typeset = typographer(page.lang)
    if typeset:
        _set(tokens, typeset)
    segments = cut(md.renderer.render(tokens, md.options, env), page)
    return Document(segments, tuple(page.headings), plain)


def name_headings(tokens: Sequence[Token], page: Page, references: dict[str, Any]) -> None:
    """Name the headings of parsed tokens and render the bodies of macros, in reading order."""
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            token.meta["id"] = _name_heading(token, tokens[index + 1], page)
        elif token.type == "macro" and token.meta["body"] is not None:
            body = _document(token.meta["body"], page.inside(), references)
            token.meta["body"] = body
            page.headings.extend(body.headings)


def _name_heading(token: Token, inline: Token, page: Page) -> str:
    text = " ".join(inline_text(inline.children).split())
    ident = heading_id(text, page.budget.slugs, scope=page.root_scope)
    typeset = typographer(page.lang)
    shown = typeset(text) if typeset else text
    page.headings.append(Heading(int(token.tag[1]), ident, shown))
    return ident


def _set(tokens: Sequence[Token], typeset: Callable[[str], str]) -> None:
    """Apply typography to the words of tokens, leaving code and bare addresses alone."""
    for token in tokens:
        if token.type == "inline":
            _set_inline(token.children or [], typeset)
        elif token.type == "container_box_open":
            token.info = typeset(token.info)


def _set_inline(children: Sequence[Token], typeset: Callable[[str], str]) -> None:
    address = False
    for index, token in enumerate(children):
        if token.info == "auto":
            address = token.type == "link_open"
        elif token.type == "text" and not address:
            token.content = typeset(token.content)
            if index + 1 < len(children):
                token.content = elided(token.content)
        elif token.type == "wiki_link":
            _set_inline(token.children or [], typeset)


def _unformatted(text: str, lang: str) -> Document:
    with force_locale(lang.partition("-")[0]):
        notice = _("This text is too long or too intricate to be laid out; here it is as written.")
    html = f'<p class="box alert">{escape(notice)}</p>\n<pre tabindex="0">{escape(text)}</pre>\n'
    return Document((html,), (), text)
