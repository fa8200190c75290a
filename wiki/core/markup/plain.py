"""Readable text without markup, for search, snippets and tables of contents."""

import re
from collections.abc import Iterator, Sequence
from html import unescape

from markdown_it.token import Token

_HTML = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1[^<>]*>|\Z)|<[^<>]*>",
    re.DOTALL | re.IGNORECASE,
)
_BLANK = re.compile(r"[ \t]+")


def plain_text(tokens: Sequence[Token]) -> str:
    """Return the text of a page, one paragraph, row or line of code a line."""
    lines = (_BLANK.sub(" ", line).strip() for text in _blocks(tokens) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def inline_text(children: Sequence[Token] | None) -> str:
    """Return the text of the tokens of a paragraph: what is read aloud, labels included."""
    return "".join(_inline(token) for token in children or ())


def _blocks(tokens: Sequence[Token]) -> Iterator[str]:
    row: list[str] = []
    in_row = False
    for token in tokens:
        if token.type == "tr_open":
            in_row, row = True, []
        elif token.type == "tr_close":
            in_row = False
            yield " ".join(row)
        elif token.type == "inline":
            text = inline_text(token.children)
            if in_row:
                row.append(text)
            else:
                yield text
        else:
            yield _block(token)


def _block(token: Token) -> str:
    if token.type in ("fence", "code_block"):
        return token.content
    if token.type == "html_block":
        return unescape(_HTML.sub(" ", token.content))
    if token.type == "container_box_open":
        return token.info.strip().partition(" ")[2]
    if token.type == "macro" and token.meta["body"]:
        return str(token.meta["body"].plain)
    return ""


def _inline(token: Token) -> str:
    if token.type in ("text", "code_inline", "text_special"):
        return token.content
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "wiki_link":
        return inline_text(token.children) or token.content
    if token.type in ("image", "file"):
        return inline_text(token.children)
    return ""
