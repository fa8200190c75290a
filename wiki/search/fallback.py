"""Search without an index: match words of page titles in SQL; files and comments are left out."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, undefer

from wiki.accounts.models import User
from wiki.bazar.models import Form
from wiki.core import db, i18n
from wiki.core.access import Actor
from wiki.core.names import fold
from wiki.core.search.engines.base import Filters, Query
from wiki.core.search.pipeline import analysis
from wiki.pages.find import visible_pages
from wiki.pages.models import Page, Revision, Tag
from wiki.projects.models import Project
from wiki.search.hits import Hit, quoted
from wiki.search.indexing.documents import split

MOST = 500
MOST_WORDS = 8
MOST_TAGS = 20
"""Most tags to filter by: each adds a condition, and SQL limits their number."""


def find(asked: Query, *, actor: Actor, limit: int, offset: int) -> tuple[int, list[Hit]]:
    """Return the number of pages whose titles have these words, and one slice, last changed first."""
    words = [term.text for term in asked.terms if not term.optional][:MOST_WORDS]
    query = visible_pages(actor)
    for word in words:
        query = query.where(Page.title.icontains(word, autoescape=True))
    query = _within_days(_narrowed(query, asked.filters), asked.filters)
    rows = query.options(joinedload(Page.head), undefer(Page.html)).order_by(Page.updated_at.desc())
    pages = db.session().scalars(rows.limit(MOST)).all()
    stems = tuple(stem for word in words for stem in analysis.stems(word))
    return len(pages), [quoted(Hit(page), stems) for page in pages[offset : offset + limit]]


def _narrowed(query: Select[Page], filters: Filters) -> Select[Page]:
    if filters.kinds:
        query = query.where(Page.kind.in_(filters.kinds))
    if filters.form:
        query = query.where(Page.form_id.in_(select(Form.id).where(Form.key == filters.form)))
    if filters.project:
        query = query.where(
            Page.project_id.in_(select(Project.id).where(Project.key == filters.project))
        )
    for tag in filters.tags[:MOST_TAGS]:
        query = query.where(Page.id.in_(select(Tag.page_id).where(Tag.tag_key == fold(tag))))
    if filters.only is not None:
        query = query.where(Page.id.in_(split(filters.only).pages))
    return query


def _within_days(query: Select[Page], filters: Filters) -> Select[Page]:
    if filters.author:
        written = select(Revision.page_id).join(User, User.id == Revision.author_id)
        query = query.where(Page.id.in_(written.where(User.name_key == fold(filters.author))))
    if filters.since:
        query = query.where(Page.updated_at >= i18n.midnight(filters.since))
    if filters.until:
        query = query.where(Page.updated_at < i18n.midnight(filters.until))
    return query
