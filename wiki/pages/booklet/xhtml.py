"""From the HTML of a page to a text that stands in a book: well-formed, without controls, its ids its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser

from markupsafe import Markup, escape

from wiki.core.markup.links import SCHEMES

VOID = frozenset({"br", "hr", "img", "wbr", "col"})
_WORDS = """
    a abbr article aside b bdi bdo blockquote caption cite code colgroup dd del dfn div dl dt em figcaption figure
    h1 h2 h3 h4 h5 h6 i ins kbd li mark ol p pre q s samp section small span strong sub sup table tbody td tfoot
    th thead time tr u ul var svg path circle rect line g text
"""
KEPT = VOID | frozenset(_WORDS.split())
"""Elements that stand as they are; of others only the content does, or nothing."""
_CONTROLS = """
    script style form button input select textarea iframe dialog template noscript object embed video audio canvas
    nav progress datalist title head
"""
DROPPED = frozenset(_CONTROLS.split())
"""Elements that go with all they hold: a book has no controls."""
LEFT = frozenset(
    {"link", "meta", "input", "source", "track", "use", "embed", "base", "area", "param"}
)
"""Elements without content, so without end, that go."""
_BLOCKS = """
    article aside blockquote div dl figure h1 h2 h3 h4 h5 h6 hr ol p pre section table ul
"""
BLOCKS = frozenset(_BLOCKS.split())
"""Elements that end the paragraph they begin in, as browsers have it."""
RENAMED = {"details": "div", "summary": "p", "main": "div", "label": "span", "address": "div"}
ANYWHERE = frozenset({"class", "title", "lang", "dir", "role", "aria-label"})
BY_TAG = {
    "ol": {"start"},
    "li": {"value"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "img": {"width", "height"},
    "svg": {"viewbox", "width", "height", "preserveaspectratio"},
    "path": {"d", "fill", "stroke", "stroke-width", "transform"},
    "circle": {"cx", "cy", "r", "fill"},
    "rect": {"x", "y", "width", "height", "fill"},
    "line": {"x1", "y1", "x2", "y2", "stroke"},
    "g": {"transform", "fill", "stroke"},
    "text": {"x", "y", "text-anchor"},
}
CAMEL = {"viewbox": "viewBox", "preserveaspectratio": "preserveAspectRatio"}
UNSEEN = frozenset({"sr", "icon", "js", "pencil", "anchor"})
"""Classes of what only a screen, or a reader with a screen reader, wants."""
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SVG = "http://www.w3.org/2000/svg"


@dataclass(frozen=True)
class Rewriting:
    """How a text is made fit: what its ids begin with, where its links lead, which pictures are ours."""

    anchor: str
    link: Callable[[str], str]
    is_ours: Callable[[str], bool]


def rewritten(html: str, how: Rewriting) -> Markup:
    """Return the HTML of a page as well-formed XHTML, without what has no place in a book."""
    writer = _Writer(how)
    writer.feed(html)
    writer.close()
    return Markup(writer.text())  # noqa: S704 - every element, attribute and text is written by us


@dataclass(frozen=True)
class _Open:
    """An element now open: as it was named, as it is written ("" where it is not), and whether all in it goes."""

    tag: str
    written: str = ""
    away: bool = False


class _Writer(HTMLParser):
    def __init__(self, how: Rewriting) -> None:
        super().__init__(convert_charrefs=True)
        self.how = how
        self._out: list[str] = []
        self._open: list[_Open] = []
        self._ids: set[str] = set()

    @property
    def _is_away(self) -> bool:
        return any(one.away for one in self._open)

    def text(self) -> str:
        """Return what was written, every element closed."""
        while self._open:
            self._close_last()
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and given.get("type") == "checkbox":
            self.handle_data("☑" if "checked" in given else "☐")
        if tag in LEFT:
            return
        if self._is_away or tag in DROPPED or _is_unseen(given):
            if tag not in VOID:
                self._open.append(_Open(tag, away=True))
            return
        written = RENAMED.get(tag, tag)
        if tag == "img":
            self._picture(given)
        elif written not in KEPT:
            self._open.append(_Open(tag))
        else:
            self._element(tag, written, given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID and tag not in LEFT:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not any(one.tag == tag for one in self._open):
            return
        while self._close_last() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._is_away:
            self._out.append(str(escape(NOT_XML.sub("", data))))

    def _element(self, tag: str, written: str, given: dict[str, str]) -> None:
        if written in BLOCKS:
            self._end_paragraph()
        attributes = self._attributes(tag, given)
        inside = "".join(
            f' {name}="{escape(NOT_XML.sub("", value))}"' for name, value in attributes
        )
        if tag in VOID:
            self._out.append(f"<{written}{inside}/>")
            return
        self._out.append(f"<{written}{inside}>")
        self._open.append(_Open(tag, written))

    def _end_paragraph(self) -> None:
        while any(one.written == "p" for one in self._open):
            self._close_last()

    def _close_last(self) -> str:
        last = self._open.pop()
        if last.written:
            self._out.append(f"</{last.written}>")
        return last.tag

    def _picture(self, given: dict[str, str]) -> None:
        source = given.get("src", "")
        if self.how.is_ours(source):
            kept = given | {"alt": given.get("alt", "")}
            self._element("img", "img", kept)
        elif given.get("alt"):
            # Nothing is fetched from elsewhere: the picture's words stand for it.
            self._out.append(f'<span class="away">{escape(NOT_XML.sub("", given["alt"]))}</span>')

    def _attributes(self, tag: str, given: dict[str, str]) -> list[tuple[str, str]]:
        kept = [
            (CAMEL.get(name, name), value)
            for name, value in given.items()
            if name in ANYWHERE or name in BY_TAG.get(tag, ())
        ]
        if "lang" in given:
            kept.append(("xml:lang", given["lang"]))
        if (
            (ident := given.get("id"))
            and ident not in self._ids
            and re.fullmatch(r"[\w.:-]+", ident)
        ):
            self._ids.add(ident)
            kept.append(("id", f"{self.how.anchor}-{ident}"))
        if tag == "a" and (address := self._address(given)):
            kept.append(("href", address))
        if tag == "img":
            kept += [("src", given["src"]), ("alt", given["alt"])]
        if tag == "svg":
            kept.append(("xmlns", SVG))
        return kept

    def _address(self, given: dict[str, str]) -> str:
        """Return where a link leads from inside the book; "" where there is nothing to lead to."""
        address = given.get("href", "").strip()
        if not address or "missing" in given.get("class", "").split():
            return ""
        if address.startswith("#"):
            return f"#{self.how.anchor}-{address[1:]}"
        if address.startswith("/") and not address.startswith("//"):
            return self.how.link(address)
        return address if address.partition(":")[0].lower() in SCHEMES else ""


def _is_unseen(given: dict[str, str]) -> bool:
    return "hidden" in given or bool(UNSEEN & set(given.get("class", "").split()))
