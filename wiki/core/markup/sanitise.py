"""Clean HTML with a strict allow-list, then cut it where the placeholders of slots stand."""

import re
from collections.abc import Iterator

import nh3

from wiki.core.markup.document import Segment
from wiki.core.markup.links import SCHEMES
from wiki.core.markup.page import Page
from wiki.core.markup.raw_html import TAGS

_CLASSES = (
    "box alert note lead meta right center num footnote-ref footnote-backref footnotes"
    " footnotes-list contains-task-list task-list-item"
)
CLASSES = frozenset(_CLASSES.split())

_ATTRIBUTES = {
    "*": {"class", "dir", "id", "lang", "title"},
    "a": {"href"},
    "abbr": {"title"},
    "details": {"open"},
    "img": {"alt", "height", "loading", "src", "width"},
    "li": {"value"},
    "ol": {"reversed", "start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags={"script", "style"},
    attributes=_ATTRIBUTES,
    url_schemes=set(SCHEMES),
    link_rel=None,
)
# In cleaned HTML, quotes only delimit attributes and text holds no "<": this finds every tag.
_TAG = re.compile(r"(<[^<>\"]*(?:\"[^\"]*\"[^<>\"]*)*>)")
_ATTRIBUTE = re.compile(r" ([a-z-]+)=\"([^\"]*)\"")
_EXTERNAL = re.compile(r"https?:|[/\\]{2}", re.IGNORECASE)
_REL = ' rel="noopener nofollow ugc"'


def cut(html: str, page: Page) -> tuple[Segment, ...]:
    """Return clean HTML strings with the slots of the page between them."""
    page.budget.spend_output(len(html) // 4)
    segments: list[Segment] = []
    strings: list[str] = []
    for piece in _pieces(_CLEANER.clean(html), page):
        if isinstance(piece, str):
            strings.append(piece)
            continue
        if text := "".join(strings):
            segments.append(text)
        strings = []
        segments.append(piece)
    if text := "".join(strings):
        segments.append(text)
    page.budget.spend_output(sum(len(each) for each in segments if isinstance(each, str)))
    return tuple(segments)


def _pieces(html: str, page: Page) -> Iterator[Segment]:
    place = re.compile(rf"{page.mark}s(\d+)z")
    for index, part in enumerate(_TAG.split(html)):
        if index % 2:
            yield _tag(part, page.mark) if "=" in part else part
        elif page.mark in part:
            for turn, text in enumerate(place.split(part)):
                yield page.slots[int(text)] if turn % 2 else text
        elif part:
            yield part


def _tag(tag: str, mark: str) -> str:
    """Keep only our own ids, known classes, and no trace of a slot in an attribute."""

    def attribute(found: re.Match[str]) -> str:
        name, value = found[1], found[2]
        if name == "id":
            return f' id="{value.removeprefix(mark)}"' if value.startswith(mark) else ""
        if mark in value:
            return ""
        if name == "class":
            kept = " ".join(word for word in value.split() if word in CLASSES)
            return f' class="{kept}"' if kept else ""
        if name == "href" and _EXTERNAL.match(value):
            return found[0] + _REL
        return found[0]

    return _ATTRIBUTE.sub(attribute, tag)
