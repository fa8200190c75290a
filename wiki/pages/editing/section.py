"""Edit one section of a page from its heading: its lines go back into the whole, and the one save does the rest."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy import select

from wiki.core import db, markup
from wiki.core.markup import sections
from wiki.core.markup.merge import merge
from wiki.core.markup.outline import Section, lines_of, outline, with_lines
from wiki.core.registry import registries
from wiki.core.template_globals import icon
from wiki.pages import rendering
from wiki.pages.content import Content
from wiki.pages.models import Page, Revision
from wiki.pages.save import Conflict

_HEADING = re.compile(r'<h([1-6]) id="(h-[^"]*)">(.*?)</h\1>', re.S)
_TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Part:
    """A section of a version of a page: its place, its lines, and the words of its heading."""

    section: Section
    text: str

    @property
    def title(self) -> str:
        return self.section.path[-1]


def part_of(text: str, ident: str, *, lang: str) -> Part | None:
    """Return the section of this id in a text, None when there is none."""
    found = next((one for one in _outline(text, lang) if one.ident == ident), None)
    return Part(found, lines_of(text, found)) if found else None


def opened(page: Page, ident: str, *, base: int | None) -> Part | None:
    """Return a section as it was in the version it was opened from."""
    revision = _revision(page, base)
    return part_of(revision.text, ident, lang=page.lang) if revision else None


def part_like(text: str, lines: str, *, lang: str) -> Part | None:
    """Return the section that stands as these lines, whatever its heading has become."""
    wanted = markup.normalise(lines).strip()
    parts = (Part(one, lines_of(text, one)) for one in _outline(text, lang))
    return next((part for part in parts if part.text.strip() == wanted), None)


def whole(page: Page, ident: str, lines: str, *, base: int | None) -> str | None:
    """Return the whole text as it was opened with other lines for a section; None when it has no such one."""
    revision = _revision(page, base)
    part = part_of(revision.text, ident, lang=page.lang) if revision else None
    return with_lines(revision.text, part.section, lines) if revision and part else None


def brought(found: Conflict, ident: str, lines: str) -> Content | None:
    """Return what settles a conflict when only its place keeps a section from being saved.

    It has moved since it was opened: it is looked for by the headings above it, and merged there.
    """
    lang, head = found.page.lang, found.head
    old = part_of(found.base.text, ident, lang=lang)
    there = _moved(head.text, old.section, lang) if old and found.both == ("text",) else None
    if old is None or there is None:
        return None
    outcome = merge(old.text, lines, there.text)
    if outcome.text is None:
        return None
    text = with_lines(head.text, there.section, outcome.text)
    return replace(head.content, text=text)


def with_pencils(body: Markup, page: Page) -> Markup:
    """Return the HTML of a page with a way to edit each of its own sections."""
    roots = sections.roots(rendering.stored(page))

    def pencil(found: re.Match[str]) -> str:
        return _pencil(found, page, roots)

    return Markup(_HEADING.sub(pencil, body)) if roots else body  # noqa: S704 - was safe, escaped


def _pencil(found: re.Match[str], page: Page, roots: Collection[str]) -> str:
    level, ident, inner = found.groups()
    if ident not in roots:
        return found[0]
    words = Markup(_TAGS.sub("", inner)).unescape()  # noqa: S704 - taken out of safe HTML
    label = _("Edit the section “%(title)s”", title=words)
    url = url_for("pages.edit", name=page.name, section=ident)
    link = Markup('<a class="btn quiet only" href="{}" title="{}">{}<span class="sr">{}</span></a>')
    shown = link.format(url, label, icon("pencil"), label)
    return f'<h{level} id="{escape(ident)}" class="row ends"><span>{inner}</span>{shown}</h{level}>'


def _outline(text: str, lang: str) -> list[Section]:
    macros = registries().macros
    paired = frozenset(name for name, macro in macros.items() if macro.paired)
    return outline(text, lang=lang, paired=paired)


def _moved(text: str, old: Section, lang: str) -> Part | None:
    """Return the one section with the same headings above it, else the one with the same heading."""
    every = _outline(text, lang)
    for same in (
        [one for one in every if one.path == old.path],
        [one for one in every if (one.level, one.path[-1]) == (old.level, old.path[-1])],
    ):
        if len(same) == 1:
            return Part(same[0], lines_of(text, same[0]))
    return None


def _revision(page: Page, base: int | None) -> Revision | None:
    if base is None or base == page.head.number:
        return page.head
    return db.session().scalar(
        select(Revision).where(Revision.page_id == page.id, Revision.number == base)
    )
