"""Chapters: the pages of a booklet as one reader sees them, their texts made fit to stand together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from flask import Response, current_app, request
from markupsafe import Markup
from sqlalchemy.orm import joinedload, undefer
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import absolute_url
from wiki.core.names import fold
from wiki.pages import find, rendering
from wiki.pages.booklet.xhtml import Rewriting, rewritten
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page

MOST = 200
"""Pages in one booklet."""
MOST_MACROS = 4 * rendering.MOST_MACROS
"""Components run in one booklet, all pages together."""
KINDS = ("text", "entry")
"""What can be a chapter: a station is made of live facts, which make no reading."""

GIVING = ("pages.attachment", "bazar.entries.field_file")
"""Routes that give a file to who may read it; each checks it itself."""


@dataclass(frozen=True)
class Chapter:
    """A page of a booklet: `html` is well-formed, its ids begin with `anchor`, its pictures keep their address."""

    page: Page
    anchor: str
    level: int
    html: Markup


def pages_of(ids: Sequence[int], *, actor: Actor) -> list[Page]:
    """Return the pages with these identifiers that an actor may read, in that order, each once."""
    wanted = list(dict.fromkeys(ids))[:MOST]
    query = find.visible_pages(actor).where(Page.id.in_(wanted), Page.kind.in_(KINDS))
    rows = db.session().scalars(query.options(joinedload(Page.head), undefer(Page.html)))
    found = {page.id: page for page in rows}
    for page in found.values():
        page.allowed = frozenset({"read"})
    return [found[one] for one in wanted if one in found]


def bind(pages: Sequence[Page], *, actor: Actor) -> list[Chapter]:
    """Return the chapters that these pages make for this reader."""
    levels = _levels(pages)
    addresses, turns = _Addresses(pages), iter(range(MOST_MACROS))
    chapters = []
    for page in pages:
        how = Rewriting(f"c{page.id}", addresses.link, addresses.gives_a_file)
        html = rewritten(_body(page, actor, turns), how)
        chapters.append(Chapter(page, how.anchor, levels[page.id], html))
    return chapters


def _body(page: Page, actor: Actor, turns: Iterator[int]) -> Markup:
    if page.kind == "text":
        return rendering.fill(rendering.stored(page), page=page, actor=actor, turns=turns)
    return kind_of(page).body(page, page.head, actor=actor)


def _levels(pages: Iterable[Page]) -> dict[int, int]:
    """Return how deep each page stands under those that come before it."""
    levels: dict[int, int] = {}
    for page in pages:
        levels[page.id] = levels.get(page.parent_id or 0, 0) + 1
    return levels


class _Addresses:
    """Where the links of a booklet lead: inside it when the page is there, else to the wiki."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self.by_key = {page.name_key: page.id for page in pages}
        self.match = _matcher()

    def link(self, address: str) -> str:
        """Return an address of the wiki as it stands in the booklet."""
        path, _hash, fragment = address.partition("#")
        endpoint, values = self.match(path)
        inside = self.by_key.get(fold(str(values.get("name", ""))))
        if endpoint == "pages.show" and inside is not None:
            return f"#c{inside}-{unquote(fragment)}" if fragment else f"#c{inside}"
        return absolute_url(address)

    def gives_a_file(self, address: str) -> bool:
        """Answer whether an address is that of a file of the wiki."""
        return self.match(address)[0] in GIVING


def _matcher() -> Callable[[str], tuple[str, dict[str, object]]]:
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None

    def match(address: str) -> tuple[str, dict[str, object]]:
        path = unquote(urlsplit(address).path).removeprefix(request.script_root)
        try:
            endpoint, values = adapter.match(path, method="GET")
        except (HTTPException, RoutingException):
            return "", {}
        return str(endpoint), dict(values)

    return match


def file_at(address: str) -> tuple[str, bytes] | None:
    """Return the type and content of a file of the wiki, by the route that gives it to who asks; else None."""
    endpoint, values = _matcher()(address)
    if endpoint not in GIVING:
        return None
    try:
        answer: Response = current_app.view_functions[endpoint](**values)  # type: ignore[assignment]
    except (HTTPException, FileNotFoundError):
        return None
    with answer:
        answer.direct_passthrough = False
        return (answer.mimetype or "", answer.get_data()) if answer.status_code == 200 else None
