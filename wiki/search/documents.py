"""What the index knows of the database: one document a page, without anything some readers may not see."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload, undefer

from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.search import queue
from wiki.core.search.base import Engine, SearchDocument
from wiki.pages import rendering
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page
from wiki.projects.models import Project

DATABASE = "database"
"""Name of the counter that tells this database from another; each engine that took pages has its own."""


class Pages:
    """The source that the indexer reads: the pages of the wiki at work (see core/search/indexer)."""

    def generation(self) -> str:
        """Return what says which database this is: another one means that the index is not its own.

        The index of another engine, chosen before, misses what this one took since: its counter goes.
        """
        name = _counter()
        if not db.generation(name):
            with db.write(quiet=True) as session:
                session.execute(
                    delete(db.Generation).where(db.Generation.name.startswith(DATABASE))
                )
                session.add(db.Generation(name=name, value=secrets.randbelow(2**31 - 1) + 1))
        return str(db.generation(name))

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
        return [
            _document(
                page, forms.get(page.form_id or 0, ""), projects.get(page.project_id or 0, "")
            )
            for page in pages
        ]


def has_index(engine: Engine) -> bool:
    """Say whether the engine has an index of this wiki as it should be."""
    built = engine.generation()
    return bool(built) and built == str(db.generation(_counter()))


def text_of(page: Page) -> str:
    """Return the text by which a page is found and quoted: its own, then its data's open fields."""
    body = rendering.plain_text(page)
    extra = kind_of(page).search_text(page, page.head)
    return f"{extra}\n{body}" if extra else body


def _counter() -> str:
    return f"{DATABASE}:{current_app.config['GARE'].search_engine}"


def _document(page: Page, form: str, project: str) -> SearchDocument:
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
    )
