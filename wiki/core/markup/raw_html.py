"""First sieve for HTML typed by people: known tags only, well formed, closed, never too deep.

The real sanitising comes after, on the whole text; this keeps that step fast and its input sound.
"""

import re

from markdown_it.common.html_re import attribute
from markdown_it.token import Token

_KEPT = (
    "a abbr b bdi bdo blockquote caption cite code colgroup dd del details dfn div dl dt em"
    " figcaption figure h1 h2 h3 h4 h5 h6 i ins kbd li mark ol p pre q rp rt ruby s samp section"
    " small span strong sub summary sup table tbody td tfoot th thead time tr u ul var"
)
_EMPTIED = (
    "head iframe math noembed noframes noscript object plaintext script select style svg template"
    " textarea title xmp"
)
VOID = frozenset({"br", "hr", "img", "wbr", "col"})
TAGS = VOID | frozenset(_KEPT.split())
EMPTIED = frozenset(_EMPTIED.split())
"""Elements that leave with their content."""
MAX_OPEN = 24

_TAG = re.compile(
    rf"<!--.*?(?:-->|\Z)|<(?P<slash>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*+)(?:{attribute})*\s*/?>|<",
    re.DOTALL,
)
_CELL = frozenset({"td", "th", "p"})
_ENDS = {
    "p": frozenset({"p"}),
    "li": frozenset({"li", "p"}),
    "dt": frozenset({"dt", "dd", "p"}),
    "dd": frozenset({"dt", "dd", "p"}),
    "td": _CELL,
    "th": _CELL,
    "tr": _CELL | {"tr"},
    "tbody": _CELL | {"tr", "thead", "tbody"},
    "tfoot": _CELL | {"tr", "thead", "tbody"},
}
"""Open elements that the start of another one ends, as browsers do."""


def sieve(html: str, opened: list[str]) -> str:
    """Return the HTML with the tags kept; `opened` lists the elements open before and after."""
    out: list[str] = []
    position, emptied = 0, ""
    for found in _TAG.finditer(html):
        if not emptied:
            out.append(html[position : found.start()].replace(">", "&gt;"))
        position = found.end()
        name = (found["name"] or "").lower()
        if emptied:
            emptied = "" if name == emptied and found["slash"] else emptied
        elif name in EMPTIED:
            emptied = "" if found["slash"] or found[0].endswith("/>") else name
        elif name in TAGS:
            out.append(_tag(found[0], name, bool(found["slash"]), opened))
        elif not name and found[0] == "<":
            out.append("&lt;")
    if not emptied:
        out.append(html[position:].replace(">", "&gt;"))
    return "".join(out)


def drop_emptied(children: list[Token]) -> list[Token]:
    """Remove, from the tokens of a paragraph, the elements that leave with their content."""
    names = [_emptied_tag(token) for token in children]
    if not any(names):
        return children
    last = {name: index for index, name in enumerate(names) if name.startswith("/")}
    out: list[Token] = []
    until = ""
    for index, (token, name) in enumerate(zip(children, names, strict=True)):
        if until:
            until = "" if name == until else until
        elif name and not name.startswith("/") and last.get("/" + name, -1) > index:
            until = "/" + name
        elif not name:
            out.append(token)
    return out


def _tag(tag: str, name: str, closing: bool, opened: list[str]) -> str:
    if name in VOID:
        return "" if closing else tag
    if closing:
        return _close(name, opened)
    while opened and opened[-1] in _ENDS.get(name, ()):
        opened.pop()
    if len(opened) >= MAX_OPEN:
        return ""
    opened.append(name)
    return tag


def _close(name: str, opened: list[str]) -> str:
    """Close an element and those open inside it; a closing tag without an element goes."""
    if name not in opened:
        return ""
    closed: list[str] = []
    while not closed or closed[-1] != name:
        closed.append(opened.pop())
    return "".join(f"</{each}>" for each in closed)


def _emptied_tag(token: Token) -> str:
    if token.type != "html_inline":
        return ""
    found = _TAG.match(token.content)
    name = (found["name"] or "").lower() if found else ""
    return (found["slash"] if found else "") + name if name in EMPTIED else ""
