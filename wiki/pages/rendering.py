"""Render the text of a page to HTML for one reader: the stored document with its links and macros filled in.

The document is built at save time. Parts that depend on the reader (existing links, macro output) are
filled in at each view, so that one stored rendering serves everyone and leaks nothing.
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
"""The maximal nesting of macros that include pages."""
MOST_MACROS = 50
"""The maximal number of macro calls per text, nested ones included: each may query the database a lot."""
WIDE = "(min-width: 64rem) 44rem, 100vw"
"""The `sizes` attribute of images in a text."""


@dataclass(frozen=True)
class Reading:
    """The state of a rendering: page, reader, nesting depth, macro calls left, headings of the whole text."""

    page: Page | None
    actor: Actor
    depth: int
    turns: Iterator[int]
    headings: Sequence[markup.Heading]


def document_of(text: str, lang: str) -> markup.Document:
    """Return the document of a text; needs no database, so callers run it before taking the lock."""
    macros = registries().macros
    paired = frozenset(name for name, macro in macros.items() if macro.paired)
    return markup.render(text, lang=lang or settings.get("lang"), paired=paired)


def stored(page: Page, revision: Revision | None = None) -> markup.Document:
    """Return the document of a revision (default: the current one), rendered again if out of date."""
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
    """Return the HTML of a document for this reader: its links (one query for all), files and macros.

    `macro` replaces the output of macros; `turns` counts the macro calls left; `headings` are those of
    the whole text if the document is a part of it; `files` are the URLs of pending uploads, by name.
    """
    calls_left = iter(range(MOST_MACROS)) if turns is None else turns
    reading = Reading(
        page, actor, depth, calls_left, document.headings if headings is None else headings
    )
    link, file = _links_and_files([document], page, actor, files or {})

    def own_macro(slot: markup.MacroSlot) -> Markup:
        return _macro(slot, reading)

    return markup.fill(_rooted(document), link=link, macro=macro or own_macro, file=file)


def fill_many(documents: Sequence[markup.Document], *, page: Page, actor: Actor) -> list[Markup]:
    """Return the HTML of short texts beside a page: one query for all links, macros shown as typed."""
    link, file = _links_and_files(documents, page, actor, {})
    return [markup.fill(_rooted(one), link=link, macro=as_typed, file=file) for one in documents]


def as_typed(slot: markup.MacroSlot) -> Markup:
    """Return the source of a macro call as HTML, without running it."""
    code = Markup("<code>{}</code>").format(slot.source)
    return code if slot.inline else Markup("<p>{}</p>").format(code)


def _rooted(document: markup.Document) -> markup.Document:
    """Prefix root-relative addresses (`/-/forms/faq`) with the path where the wiki is mounted."""
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
    pending_urls: Mapping[str, str],
) -> tuple[Callable[[markup.LinkSlot], Markup], Callable[[markup.FileSlot], Markup]]:
    """Return the functions that render the links and files of documents, with all rows loaded at once."""
    keys = {link_key(target) for document in documents for target in document.links}
    pages = find.names_seen(keys, actor=actor)
    image_sizes = _image_sizes(documents, page)

    def link(slot: markup.LinkSlot) -> Markup:
        return _link(slot, pages.get(link_key(slot.target)))

    def file(slot: markup.FileSlot) -> Markup:
        return _file(slot, page, pending_urls.get(slot.name, ""), image_sizes)

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

    html: Markup = macro.show(slot, reading=reading, turn=turn, fill=inner)
    return html


def _image_sizes(
    documents: Sequence[markup.Document], page: Page | None
) -> dict[str, tuple[int, int]]:
    """Return the (width, height) of the page's images in documents, by name, in one query."""
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
    slot: markup.FileSlot,
    page: Page | None,
    pending_url: str,
    image_sizes: Mapping[str, tuple[int, int]],
) -> Markup:
    if page is None and not (pending_url and slot.image):
        return Markup("<span>{}</span>").format(slot.alt or slot.name)
    url = url_for("pages.attachment", name=page.name, file=slot.name) if page else pending_url
    if slot.image and page and (size := image_sizes.get(slot.name)):
        # Keep the address of the image itself in `src`: books and other programs use it.
        attributes = {**thumbnails.attributes(url, size), "sizes": WIDE, "loading": "lazy"}
        attributes.pop("src")
        image = Markup('<img src="{}" alt="{}"').format(url, slot.alt)
        return image + _attributes(attributes) + Markup(">")
    if slot.image:
        return Markup('<img src="{}" alt="{}" loading="lazy">').format(url, slot.alt)
    return Markup('<a href="{}">{}</a>').format(url, slot.alt or slot.name)


def _attributes(values: Mapping[str, object]) -> Markup:
    return Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in values.items())


def calls_of(document: markup.Document) -> list[tuple[Any, Mapping[str, str]]]:
    """Return the macro calls of a document as (macro, parameters by canonical name)."""
    macros = registries().macros
    slots = [slot for slot in document.macros if slot.name in macros]
    return [
        (macros[slot.name], macros[slot.name].understood(slot.name, slot.params)) for slot in slots
    ]


def names_in(document: markup.Document) -> tuple[str, ...]:
    """Return the names of the pages that a text refers to, in its links and its macro parameters."""
    macro_names = (
        name for macro, params in calls_of(document) for name in macro.pages_named(params)
    )
    return tuple(dict.fromkeys((*document.links, *macro_names)))


def component(name: str, **params: str) -> Markup:
    """Return the HTML of a macro for use in a template; empty if there is no macro of this name."""
    if name not in registries().macros:
        return Markup()
    slot = markup.MacroSlot(name, params, None, name, False)
    return _macro(slot, Reading(None, current_actor(), 0, iter(range(MOST_MACROS)), ()))


def plain_text(page: Page) -> str:
    """Return the text of a page without markup, for search and snippets."""
    return stored(page).plain
