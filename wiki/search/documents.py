"""What the index knows of the database: one document a page, without anything some readers may not see."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, undefer

from wiki.accounts.models import User
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.search import queue
from wiki.core.search.base import SearchDocument
from wiki.pages import rendering
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page, Revision
from wiki.projects.models import Project

DATABASE = "database"
"""Name of the counter that tells this database from another; a restore draws it anew."""
MOST_AUTHORS = 20
"""How many of those who wrote a page it is found by: the latest."""


class Pages:
    """The source that the indexer reads: the pages of the wiki at work (see core/search/indexer)."""

    def generation(self) -> str:
        """Return what says which database this is: another one means that the index is not its own."""
        if not db.generation(DATABASE):
            with db.write(quiet=True) as session:
                session.merge(db.Generation(name=DATABASE, value=secrets.randbelow(2**31 - 1) + 1))
        return str(db.generation(DATABASE))

    def waiting(self, limit: int) -> Sequence[tuple[int, int]]:
        return [(row[0], row[1]) for row in queue.waiting(db.session(), limit)]

    def forget(self, rows: Sequence[tuple[int, int]]) -> None:
        # Not quiet: what a search answered before these pages were indexed is kept no longer.
        with db.write() as session:
            queue.forget(session, rows)

    def all_ids(self) -> Sequence[int]:
        return list(
            db.session().scalars(select(Page.id).where(Page.trashed_at.is_(None)).order_by(Page.id))
        )

    def count(self) -> int:
        return len(self.all_ids())

    def documents(self, ids: Sequence[int]) -> Iterable[SearchDocument]:
        """Return the documents of these pages as they stand; a page in the trash has none."""
        pages = db.session().scalars(
            select(Page)
            .where(Page.id.in_(ids), Page.trashed_at.is_(None))
            .options(joinedload(Page.head), undefer(Page.html))
            .execution_options(populate_existing=True)
        )
        forms = {form.id: form.key for form in db.session().scalars(select(Form))}
        projects = {project.id: project.key for project in db.session().scalars(select(Project))}
        authors = _authors(ids)
        return [
            _document(
                page,
                form=forms.get(page.form_id or 0, ""),
                project=projects.get(page.project_id or 0, ""),
                authors=tuple(authors.get(page.id, ())),
            )
            for page in pages
        ]


def text_of(page: Page) -> str:
    """Return the text by which a page is found and quoted: its own, then its data's open fields."""
    body = rendering.plain_text(page)
    extra = kind_of(page).search_text(page, page.head)
    return f"{extra}\n{body}" if extra else body


def _authors(ids: Sequence[int]) -> dict[int, list[str]]:
    """Return who wrote each page, by sign-in name, the latest first."""
    latest = func.max(Revision.number)
    rows = db.session().execute(
        select(Revision.page_id, User.name)
        .join(User, User.id == Revision.author_id)
        .where(Revision.page_id.in_(ids))
        .group_by(Revision.page_id, User.id, User.name)
        .order_by(Revision.page_id, latest.desc())
    )
    found: dict[int, list[str]] = {}
    for page_id, name in rows:
        if len(names := found.setdefault(page_id, [])) < MOST_AUTHORS:
            names.append(name)
    return found


def _document(page: Page, *, form: str, project: str, authors: tuple[str, ...]) -> SearchDocument:
    return SearchDocument(
        id=page.id,
        version=page.revision_no,
        kind=page.kind,
        name=page.name,
        title=page.title,
        headings="\n".join(heading.text for heading in rendering.stored(page).headings),
        tags=tuple(page.head.tags),
        body=text_of(page),
        lang=page.lang,
        form=form,
        project=project,
        updated_at=page.updated_at,
        authors=authors,
    )
