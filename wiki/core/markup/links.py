"""Links: `[[Page#part|label]]`, addresses typed bare, and which addresses are pages or files.

Turns parser tokens into `wiki_link` and `file` tokens; where a page lives is the caller's matter.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from wiki.core.markup.slugs import anchor_id

SCHEMES = frozenset({"http", "https", "mailto", "tel", "xmpp", "irc", "ircs", "matrix"})
MAX_TARGET = 255
MAX_LINK = 1_000
"""Most characters between `[[` and `]]`."""

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_BARE_SCHEME = re.compile(r"(?:^|[^A-Za-z0-9.+-])(https?|ircs?|xmpp|matrix)$", re.IGNORECASE)
_MAX_URL = 2_000
_ATTACHMENT = "attachment:"
_HREF_A = re.compile(r"<(/?)a[\s>/]", re.IGNORECASE)


def is_allowed(url: str) -> bool:
    """Answer whether an address may stand in a link: relative, of a listed scheme, or a file."""
    found = _SCHEME.match(url.strip())
    return found is None or found[1].lower() in SCHEMES or url.startswith(_ATTACHMENT)


def install(md: MarkdownIt, labels: MarkdownIt) -> None:
    """Teach a parser wiki links and bare addresses; `labels` reads the labels of wiki links."""

    def wiki_link(state: StateInline, silent: bool) -> bool:
        return _wiki_link(state, silent, labels)

    md.inline.ruler.before("link", "wiki_link", wiki_link)
    md.inline.ruler.at("linkify", _bare_url)
    md.core.ruler.at("linkify", _bare_addresses)
    md.core.ruler.after("linkify", "local_links", _local_links)
    md.validateLink = is_allowed  # type: ignore[method-assign]


def _wiki_link(state: StateInline, silent: bool, labels: MarkdownIt) -> bool:
    start = state.pos
    if not state.src.startswith("[[", start) or state.linkLevel > 0:
        return False
    end = state.src.find("]]", start + 2, min(state.posMax, start + MAX_LINK))
    inner = state.src[start + 2 : end] if end > 0 else ""
    if not inner.strip() or "\n" in inner or "[[" in inner:
        return False
    where, _, label = inner.partition("|")
    tokens = _link_tokens(where.strip(), label.strip(), labels)
    if not tokens:
        return False
    if not silent:
        if state.pending:
            state.pushPending()
        state.tokens.extend(tokens)
        state.tokens_meta.extend([None] * len(tokens))
    state.pos = end + 2
    return True


def _link_tokens(where: str, label: str, labels: MarkdownIt) -> list[Token]:
    """Return the tokens of a wiki link, to a page or to an address; none when it is neither."""
    scheme = _SCHEME.match(where)
    known = scheme is not None and scheme[1].lower() in SCHEMES
    if not known and _is_dangerous(where):
        return []
    if known or where.startswith(("/", "#")):
        part = f"#{anchor_id(where[1:])}" if where.startswith("#") else where
        href = labels.normalizeLink(part)
        return [_open(href), _text(label or where), Token("link_close", "a", -1)]
    target, _, anchor = where.partition("#")
    target = target.strip()
    if not target or len(target) > MAX_TARGET:
        return []
    children = labels.parseInline(label)[0].children if label else None
    return [_page_token(target, anchor, children)]


def _is_dangerous(where: str) -> bool:
    compact = re.sub(r"[\s\x00-\x1f]", "", where[:200]).lower()
    return compact.startswith(("javascript:", "vbscript:", "data:", "file:"))


def _page_token(target: str, anchor: str, children: list[Token] | None) -> Token:
    token = Token("wiki_link", "", 0, children=children)
    token.content = target
    token.meta = {"anchor": anchor_id(anchor) if anchor.strip() else ""}
    return token


def _open(href: str) -> Token:
    return Token("link_open", "a", 1, attrs={"href": href})


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _bare_url(state: StateInline, silent: bool) -> bool:
    """Link an address with a scheme where it stands, so that its `_` and `*` stay its own."""
    pos = state.pos
    if state.linkLevel > 0 or not state.src.startswith("://", pos):
        return False
    found = _BARE_SCHEME.search(state.src, max(0, pos - 8), pos)
    if not found or state.md.linkify is None:
        return False
    start = pos - len(found[1])
    link = state.md.linkify.match_at_start(state.src[start : min(state.posMax, start + _MAX_URL)])
    url = link.url.rstrip("*") if link else ""
    href = state.md.normalizeLink(url)
    if not url or not is_allowed(href) or not state.pending.endswith(found[1]):
        return False
    if not silent:
        state.pending = state.pending[: -len(found[1])]
        _push_address(state, href, state.md.normalizeLinkText(url))
    state.pos = start + len(url)
    return True


def _push_address(state: StateInline, href: str, shown: str) -> None:
    token = state.push("link_open", "a", 1)
    token.attrs = {"href": href}
    token.info = "auto"
    state.push("text", "", 0).content = shown
    state.push("link_close", "a", -1).info = "auto"


def _bare_addresses(state: StateCore) -> None:
    """Link the addresses left in text, mostly e-mail, in one pass over the tokens."""
    linkify = state.md.linkify
    for block in state.tokens:
        if block.type == "inline" and block.children and linkify and linkify.pretest(block.content):
            block.children = list(_linked(state.md, block.children))


def _linked(md: MarkdownIt, children: list[Token]) -> Iterator[Token]:
    depth = 0
    for token in children:
        if token.type in ("link_open", "link_close"):
            depth += token.nesting
        elif token.type == "html_inline" and (tag := _HREF_A.match(token.content)):
            depth = max(0, depth + (-1 if tag[1] else 1))
        if token.type == "text" and depth == 0 and md.linkify and md.linkify.test(token.content):
            yield from _cut(md, token)
        else:
            yield token


def _cut(md: MarkdownIt, token: Token) -> Iterator[Token]:
    text, last = token.content, 0
    for link in (md.linkify.match(text) or []) if md.linkify else []:
        href = md.normalizeLink(link.url)
        if not is_allowed(href):
            continue
        if link.index > last:
            yield _text(text[last : link.index])
        yield Token("link_open", "a", 1, attrs={"href": href}, info="auto")
        yield _text(link.text)
        yield Token("link_close", "a", -1, info="auto")
        last = link.last_index
    if last < len(text):
        yield _text(text[last:])


def _local_links(state: StateCore) -> None:
    """Turn Markdown links and images whose address is a bare name into page and file tokens."""
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = _localised(block.children)


_SLOTS = frozenset({"file", "image", "macro", "wiki_link", "footnote_ref"})


def _localised(children: list[Token]) -> list[Token]:
    out: list[Token] = []
    opened = -1
    for token in children:
        if token.type == "image":
            token = _file_of_image(token)
        elif token.type == "link_open" and token.info != "auto":
            opened = len(out)
        elif token.type == "link_close" and opened >= 0:
            inner = out[opened + 1 :]
            slot = None
            if not any(part.type in _SLOTS for part in inner):
                slot = _slot_of_link(out[opened], inner)
            if slot:
                del out[opened:]
                token = slot
            opened = -1
        out.append(token)
    return out


def _file_of_image(token: Token) -> Token:
    name = _file_name(str(token.attrs.get("src", "")), image=True)
    if not name:
        return token
    file = Token("file", "", 0, children=token.children)
    file.meta = {"name": name, "title": str(token.attrs.get("title", "")), "image": True}
    return file


def _slot_of_link(link: Token, inner: list[Token]) -> Token | None:
    href = str(link.attrs.get("href", ""))
    if name := _file_name(href, image=False):
        file = Token("file", "", 0, children=inner)
        file.meta = {"name": name, "title": str(link.attrs.get("title", "")), "image": False}
        return file
    path, _, anchor = href.partition("#")
    if not _is_bare(path):
        return None
    return _page_token(unquote(path), unquote(anchor), inner or None)


def _file_name(url: str, *, image: bool) -> str:
    if url.startswith(_ATTACHMENT):
        return unquote(url.removeprefix(_ATTACHMENT)).strip()
    return unquote(url) if image and _is_bare(url) else ""


def _is_bare(url: str) -> bool:
    return bool(
        url
        and url[0] not in "/#?."
        and not _SCHEME.match(url)
        and not re.search(r"[/\\?]|%2f|%5c", url, re.IGNORECASE)
        and len(url) <= 4 * MAX_TARGET
    )
