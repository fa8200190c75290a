"""Section editing: extract one section of a page, and put its edited lines back into the whole text."""

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
    """A section of a revision of a page: its position, text and title."""

    section: Section
    text: str

    @property
    def title(self) -> str:
        return self.section.path[-1]


def part_of(text: str, ident: str, *, lang: str) -> Part | None:
    """Return the section with this id in a text, None when there is none."""
    section = next((one for one in _outline(text, lang) if one.ident == ident), None)
    return Part(section, lines_of(text, section)) if section else None


def part_at_revision(page: Page, ident: str, *, base: int | None) -> Part | None:
    """Return a section of the revision `base`, None when it has no such section."""
    revision = _revision(page, base)
    return part_of(revision.text, ident, lang=page.lang) if revision else None


def part_with_text(text: str, lines: str, *, lang: str) -> Part | None:
    """Return the section with exactly these lines, whatever its id."""
    stripped = markup.normalise(lines).strip()
    parts = (Part(one, lines_of(text, one)) for one in _outline(text, lang))
    return next((part for part in parts if part.text.strip() == stripped), None)


def text_with_section(page: Page, ident: str, lines: str, *, base: int | None) -> str | None:
    """Return the text of revision `base` with new lines for a section, None when it has no such section."""
    revision = _revision(page, base)
    part = part_of(revision.text, ident, lang=page.lang) if revision else None
    return with_lines(revision.text, part.section, lines) if revision and part else None


def resolve_moved_section(error: Conflict, ident: str, lines: str) -> Content | None:
    """Return the content that resolves a conflict caused by a section that moved, None if it cannot.

    The section is located in the current revision by its headings, and merged there.
    """
    lang, head = error.page.lang, error.head
    old = part_of(error.base.text, ident, lang=lang)
    moved_part = (
        _find_moved(head.text, old.section, lang) if old and error.both == ("text",) else None
    )
    if old is None or moved_part is None:
        return None
    outcome = merge(old.text, lines, moved_part.text)
    if outcome.text is None:
        return None
    text = with_lines(head.text, moved_part.section, outcome.text)
    return replace(head.content, text=text)


def add_edit_links(body: Markup, page: Page) -> Markup:
    """Return the HTML of a page with an edit link in the heading of each of its own sections."""
    roots = sections.roots(rendering.stored(page))

    def heading(match: re.Match[str]) -> str:
        return _heading_with_link(match, page, roots)

    return Markup(_HEADING.sub(heading, body)) if roots else body  # noqa: S704 - was safe, escaped


def _heading_with_link(match: re.Match[str], page: Page, roots: Collection[str]) -> str:
    level, ident, inner = match.groups()
    if ident not in roots:
        return match[0]
    title = Markup(_TAGS.sub("", inner)).unescape()  # noqa: S704 - taken out of safe HTML
    label = _("Edit the section “%(title)s”", title=title)
    url = url_for("pages.edit", name=page.name, section=ident)
    link = Markup('<a class="btn quiet only" href="{}" title="{}">{}<span class="sr">{}</span></a>')
    edit_link = link.format(url, label, icon("pencil"), label)
    return f'<h{level} id="{escape(ident)}" class="row ends"><span>{inner}</span>{edit_link}</h{level}>'


def _outline(text: str, lang: str) -> list[Section]:
    macros = registries().macros
    paired = frozenset(name for name, macro in macros.items() if macro.paired)
    return outline(text, lang=lang, paired=paired)


def _find_moved(text: str, old: Section, lang: str) -> Part | None:
    """Return the only section with the same heading path, else the only one with the same heading and level."""
    outline_sections = _outline(text, lang)
    for same in (
        [one for one in outline_sections if one.path == old.path],
        [one for one in outline_sections if (one.level, one.path[-1]) == (old.level, old.path[-1])],
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
