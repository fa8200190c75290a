"""From a page's text to HTML for one reader: the stored document, its links and macros filled in.

The document is made at save time; what depends on the reader (which links exist, what macros show)
is filled at each view, so one stored rendering serves everyone and leaks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy import select

from wiki.core import db, markup, settings
from wiki.core.access import Actor, current_actor
from wiki.core.markup.typography import french
from wiki.core.names import link_key, page_name
from wiki.core.registry import registries
from wiki.pages import find
from wiki.pages.images import image_check, thumbnails
from wiki.pages.models import Attachment, Page, Revision

VERSION = markup.VERSION
ROOTED = re.compile(r'\b(href|src)="/(?!/)')
DEEPEST = 8
"""How many macros may show each other's pages inside one another."""
MOST_MACROS = 50
"""How many macros of one text are run, those inside others too: each may ask the database a lot."""
WIDE = "(min-width: 64rem) 44rem, 100vw"
"""How wide an image stands in a text."""


@dataclass(frozen=True)
class Reading:
    """A text being filled: on which page, for whom, how deep in others, and the headings of the whole."""

    page: Page | None
    actor: Actor
    depth: int
    turns: Iterator[int]
    headings: Sequence[markup.Heading]


def document_of(text: str, lang: str) -> markup.Document:
    """Turn a text into a document: without the database, so it is done before the lock is taken."""
    macros = registries().macros
    paired = frozenset(name for name, macro in macros.items() if macro.paired)
    return markup.render(text, lang=lang or settings.get("lang"), paired=paired)


def stored(page: Page, revision: Revision | None = None) -> markup.Document:
    """Return the document of a page's current revision, or of another one, made anew if it is old."""
    current = revision is None or revision.number == page.revision_no
    if current and page.html and page.html_version == VERSION:
        return markup.Document.from_json(page.html)
    return document_of((revision or page.head).text, page.lang)


def body(page: Page, revision: Revision | None, *, actor: Actor) -> Markup:
    """Return the HTML of a page's text for this reader."""
    return fill(stored(page, revision), page=page, actor=actor)


def fill(
    document: markup.Document,
    *,
    page: Page | None,
    actor: Actor,
    depth: int = 0,
    macro: Callable[[markup.MacroSlot], Markup] | None = None,
    turns: Iterator[int] | None = None,
    headings: Sequence[markup.Heading] | None = None,
    files: Mapping[str, str] | None = None,
) -> Markup:
    """Fill the links, files and macros of a document for this reader, all links in one query.

    `macro` shows the calls in another way than the macros would; `turns` are those left to run;
    `headings` are those of the whole text when the document is a part of it; `files` are the addresses
    of those that wait for their page.
    """
    left = iter(range(MOST_MACROS)) if turns is None else turns
    reading = Reading(page, actor, depth, left, document.headings if headings is None else headings)
    link, file = _links_and_files([document], page, actor, files or {})

    def own_macro(slot: markup.MacroSlot) -> Markup:
        return _macro(slot, reading)

    return markup.fill(_rooted(document), link=link, macro=macro or own_macro, file=file)


def fill_many(documents: Sequence[markup.Document], *, page: Page, actor: Actor) -> list[Markup]:
    """Fill short texts that stand beside a page, their links in one query for all; no macro is run."""
    link, file = _links_and_files(documents, page, actor, {})
    return [markup.fill(_rooted(one), link=link, macro=as_typed, file=file) for one in documents]


def as_typed(slot: markup.MacroSlot) -> Markup:
    """Show the call of a macro instead of what it shows."""
    code = Markup("<code>{}</code>").format(slot.source)
    return code if slot.inline else Markup("<p>{}</p>").format(code)


def _rooted(document: markup.Document) -> markup.Document:
    """Bring addresses typed from the root (`/-/forms/faq`) under the path where the wiki is mounted."""
    root = request.script_root if request else ""
    if not root:
        return document
    segments = (
        ROOTED.sub(rf'\1="{root}/', part) if isinstance(part, str) else part
        for part in document.segments
    )
    return replace(document, segments=tuple(segments))


def _links_and_files(
    documents: Sequence[markup.Document],
    page: Page | None,
    actor: Actor,
    waiting: Mapping[str, str],
) -> tuple[Callable[[markup.LinkSlot], Markup], Callable[[markup.FileSlot], Markup]]:
    """Return what shows the links and the files of documents, what they need asked for all at once."""
    keys = {link_key(target) for document in documents for target in document.links}
    seen = find.names_seen(keys, actor=actor)
    pictures = _pictures(documents, page)

    def link(slot: markup.LinkSlot) -> Markup:
        return _link(slot, seen.get(link_key(slot.target)))

    def file(slot: markup.FileSlot) -> Markup:
        return _file(slot, page, waiting.get(slot.name, ""), pictures)

    return link, file


def _link(slot: markup.LinkSlot, page: Page | None) -> Markup:
    label = Markup(slot.label)  # noqa: S704 - sanitised by markup
    if page is not None:
        if label == escape(slot.target):
            label = escape(french(page.title) if page.lang == "fr" else page.title)
        url = url_for("pages.show", name=page.name, _anchor=slot.anchor or None)
        return Markup('<a href="{}">{}</a>').format(url, label)
    url = url_for("pages.show", name=page_name(slot.target) or "-")
    return Markup('<a class="missing" href="{}">{}<span class="sr"> {}</span></a>').format(
        url, label, _("(page to create)")
    )


def _macro(slot: markup.MacroSlot, reading: Reading) -> Markup:
    macro = registries().macros.get(slot.name)
    turn = next(reading.turns, None) if macro is not None and reading.depth <= DEEPEST else None
    if macro is None or turn is None:
        return as_typed(slot)

    def inner(document: markup.Document, *, of: Page | None = None) -> Markup:
        return fill(
            document,
            page=of or reading.page,
            actor=reading.actor,
            depth=reading.depth + 1,
            turns=reading.turns,
            headings=document.headings if of else reading.headings,
        )

    shown: Markup = macro.show(slot, reading=reading, turn=turn, fill=inner)
    return shown


def _pictures(
    documents: Sequence[markup.Document], page: Page | None
) -> dict[str, tuple[int, int]]:
    """Return the sizes of the images of a page that documents show, by name, in one query."""
    slots = (one for document in documents for one in document.segments)
    names = {one.name for one in slots if isinstance(one, markup.FileSlot) and one.image}
    if page is None or not names:
        return {}
    query = select(Attachment.name, Attachment.sha256).where(
        Attachment.page_id == page.id,
        Attachment.field == "",
        Attachment.removed_at.is_(None),
        Attachment.name.in_(names),
        Attachment.media_type.in_(image_check.FORMATS.values()),
    )
    sizes = {name: thumbnails.size_of(sha256) for name, sha256 in db.session().execute(query)}
    return {name: size for name, size in sizes.items() if size}


def _file(
    slot: markup.FileSlot, page: Page | None, waiting: str, pictures: Mapping[str, tuple[int, int]]
) -> Markup:
    if page is None and not (waiting and slot.image):
        return Markup("<span>{}</span>").format(slot.alt or slot.name)
    url = url_for("pages.attachment", name=page.name, file=slot.name) if page else waiting
    if slot.image and page and (size := pictures.get(slot.name)):
        # The address of the image itself stays: books and other programs take it.
        more = {**thumbnails.attributes(url, size), "sizes": WIDE, "loading": "lazy"}
        more.pop("src")
        image = Markup('<img src="{}" alt="{}"').format(url, slot.alt)
        return image + _attributes(more) + Markup(">")
    if slot.image:
        return Markup('<img src="{}" alt="{}" loading="lazy">').format(url, slot.alt)
    return Markup('<a href="{}">{}</a>').format(url, slot.alt or slot.name)


def _attributes(named: Mapping[str, object]) -> Markup:
    return Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in named.items())


def calls_of(document: markup.Document) -> list[tuple[Any, Mapping[str, str]]]:
    """Return the macros called in a document, each with its parameters under their own names."""
    known = registries().macros
    slots = [slot for slot in document.macros if slot.name in known]
    return [
        (known[slot.name], known[slot.name].understood(slot.name, slot.params)) for slot in slots
    ]


def names_in(document: markup.Document) -> tuple[str, ...]:
    """Return the names of the pages that a text leads to: by its links and by its macros' parameters."""
    called = (name for macro, params in calls_of(document) for name in macro.pages_named(params))
    return tuple(dict.fromkeys((*document.links, *called)))


def component(name: str, **params: str) -> Markup:
    """Show a macro in a template, as it would be in a page; nothing where the wiki has none so named."""
    if name not in registries().macros:
        return Markup()
    slot = markup.MacroSlot(name, params, None, name, False)
    return _macro(slot, Reading(None, current_actor(), 0, iter(range(MOST_MACROS)), ()))


def plain_text(page: Page) -> str:
    """Return a page's text without markup, as search and snippets use it."""
    return stored(page).plain
