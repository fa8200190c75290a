"""What the index knows of the database: one document a page, one a file that has text and one a comment,
without anything some readers may not see."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from flask import current_app
from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import joinedload, undefer

from wiki.accounts.models import User
from wiki.bazar.models import Form
from wiki.core import db, i18n
from wiki.core.search.engines.base import Engine, SearchDocument
from wiki.core.search.index import queue
from wiki.pages import rendering
from wiki.pages.comments import Comment
from wiki.pages.files.text_extraction import FileText
from wiki.pages.kinds import kind_of
from wiki.pages.models import Attachment, Page, Revision
from wiki.projects.models import Project
from wiki.search.indexing import comments, files

DATABASE = "database"
"""Name of the counter that tells this database from another; each engine that took pages has its own."""
SCHEME = "comments-3"
"""How documents are numbered and made: change it with them, and indexes rebuild."""
FILE = "file"
"""The kind of the documents of files."""
COMMENT = "comment"
"""The kind of the documents of comments."""
MOST_AUTHORS = 20
"""How many of those who wrote a page it is found by: the latest."""
_AT_ONCE = 500


class Parts(NamedTuple):
    """What documents are of, by their own identifiers."""

    pages: list[int]
    files: list[int]
    comments: list[int]


def id_of_page(page_id: int) -> int:
    """Return the number of a page's document: numbers tell kinds apart by what is left of a third."""
    return 3 * page_id


def id_of_file(file_id: int) -> int:
    """Return the number of a file's document."""
    return 3 * file_id + 1


def id_of_comment(comment_id: int) -> int:
    """Return the number of a comment's document."""
    return 3 * comment_id + 2


def split(ids: Iterable[int]) -> Parts:
    """Return the pages, the files and the comments that these documents are of."""
    found = Parts([], [], [])
    for id_ in ids:
        found[id_ % 3].append(id_ // 3)
    return found


def ids_of_pages(page_ids: Collection[int]) -> frozenset[int]:
    """Return the documents of pages and of all that is laid on them."""
    found = {id_of_page(page_id) for page_id in page_ids}
    for some in _slices(sorted(page_ids)):
        found.update(map(id_of_file, _laid_on(Attachment, some)))
        found.update(map(id_of_comment, _laid_on(Comment, some)))
    return frozenset(found)


class Pages:
    """The source that the indexer reads: the wiki at work (see core/search/indexer).

    Keys of the queue are its pages', which stand for their files and comments too, and those of parts alone.
    """

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
        return _built_for()

    def waiting(self, limit: int) -> Sequence[tuple[int, int]]:
        return [(row[0], row[1]) for row in queue.waiting(db.session(), limit)]

    def forget(self, rows: Sequence[tuple[int, int]]) -> None:
        # Not quiet: what a search answered before these pages were indexed is kept no longer.
        with db.write() as session:
            queue.forget(session, rows)

    def members(self, keys: Sequence[int]) -> dict[int, int | None]:
        """Return pages, to load anyway, then their parts with the version each document must be at."""
        pages, file_ids, comment_ids = queue.parts_of(keys)
        found: dict[int, int | None] = {id_of_page(page_id): None for page_id in pages}
        for some in _slices(pages):
            file_ids.update(_laid_on(Attachment, some))
            comment_ids.update(_laid_on(Comment, some))
        found.update((id_of_file(file_id), 0) for file_id in sorted(file_ids))
        found.update((id_of_comment(comment_id), 0) for comment_id in sorted(comment_ids))
        places = _Places()
        for some in _slices(sorted(file_ids)):
            for row, page, text in _loaded(some):
                found[id_of_file(row.id)] = _version(row, page, text, places)
        for some in _slices(sorted(comment_ids)):
            for said, page, author in _said(some):
                version = comments.version_of(said, author, page, places.of(page))
                found[id_of_comment(said.id)] = version
        return found

    def all_ids(self) -> Sequence[int]:
        session = db.session()
        pages = session.scalars(select(Page.id).where(Page.trashed_at.is_(None)).order_by(Page.id))
        laid = session.scalars(_file_ids().order_by(Attachment.id))
        said = session.scalars(_comment_ids().order_by(Comment.id))
        return [*map(id_of_page, pages), *map(id_of_file, laid), *map(id_of_comment, said)]

    def count(self) -> int:
        session = db.session()
        pages = session.scalar(select(func.count(Page.id)).where(Page.trashed_at.is_(None)))
        parts = (
            session.scalar(select(func.count()).select_from(ids.subquery()))
            for ids in (_file_ids(), _comment_ids())
        )
        return (pages or 0) + sum(count or 0 for count in parts)

    def documents(self, ids: Sequence[int]) -> Iterator[SearchDocument]:
        """Give documents as they stand, the texts of files one at a time; what is in the trash has none."""
        pages, file_ids, comment_ids = split(ids)
        places = _Places()
        rows = db.session().scalars(
            select(Page)
            .where(Page.id.in_(pages), Page.trashed_at.is_(None))
            .options(joinedload(Page.head), undefer(Page.html))
            .execution_options(populate_existing=True)
        )
        authors = _authors(pages)
        yield from (_of_page(page, places, authors.get(page.id, ())) for page in rows.all())
        for row, page, text in _loaded(file_ids):
            yield _of_file(row, page, text, places)
        for said, page, author in _said(comment_ids):
            yield _of_comment(said, page, author, places)


def has_index(engine: Engine) -> bool:
    """Say whether the engine has an index of this wiki as it should be."""
    built = engine.generation()
    return bool(built) and built == _built_for()


def text_of(page: Page) -> str:
    """Return the text by which a page is found and quoted: its own, then its data's open fields."""
    body = rendering.plain_text(page)
    extra = kind_of(page).search_text(page, page.head)
    return f"{extra}\n{body}" if extra else body


def text_of_file(sha256: str) -> str:
    """Return the text of a file; it may be long, so that nobody should hold many."""
    return db.session().scalar(select(FileText.text).where(FileText.sha256 == sha256)) or ""


def _built_for() -> str:
    return f"{SCHEME}/{db.generation(_counter())}"


def _counter() -> str:
    return f"{DATABASE}:{current_app.config['GARE'].search_engine}"


class _Places:
    """The keys of forms and projects, asked for once."""

    def __init__(self) -> None:
        session = db.session()
        self.forms: dict[int | None, str] = dict(session.execute(select(Form.id, Form.key)).all())
        self.projects: dict[int | None, str] = dict(
            session.execute(select(Project.id, Project.key)).all()
        )

    def of(self, page: Page) -> tuple[str, str]:
        """Return the keys of a page's form and project, "" without one."""
        return self.forms.get(page.form_id, ""), self.projects.get(page.project_id, "")


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


def _of_page(page: Page, places: _Places, authors: Sequence[str]) -> SearchDocument:
    form, project = places.of(page)
    return SearchDocument(
        id=id_of_page(page.id),
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
        updated_at=i18n.local(page.updated_at),
        authors=tuple(authors),
    )


def _of_file(row: Attachment, page: Page, text: FileText, places: _Places) -> SearchDocument:
    form, project = places.of(page)
    return SearchDocument(
        id=id_of_file(row.id),
        version=_version(row, page, text, places),
        kind=FILE,
        name=row.name,
        title=files.title_of(row),
        headings="\n".join(files.labels_of(row, page)),
        tags=(),
        body=text_of_file(row.sha256),
        lang=page.lang,
        form=form,
        project=project,
        updated_at=i18n.local(row.created_at),
    )


def _of_comment(row: Comment, page: Page, author: str, places: _Places) -> SearchDocument:
    """Make a document that only what it says finds: by the title of its page, one finds the page."""
    form, project = places.of(page)
    return SearchDocument(
        id=id_of_comment(row.id),
        version=comments.version_of(row, author, page, (form, project)),
        kind=COMMENT,
        name="",
        title="",
        headings="",
        tags=(),
        body=comments.text_of(row, page),
        lang=page.lang,
        form=form,
        project=project,
        updated_at=i18n.local(row.edited_at or row.created_at),
        authors=(author,) if author else (),
    )


def _version(row: Attachment, page: Page, text: FileText, places: _Places) -> int:
    """Return a number, from 1, that changes with anything a file's document is made of."""
    made_of = (row.name, row.sha256, text.read_at, page.lang, *places.of(page))
    said = "\0".join(map(str, (*made_of, *files.labels_of(row, page))))
    return (zlib.crc32(said.encode(errors="replace")) & 0x7FFFFFFF) or 1


def _loaded(file_ids: Sequence[int]) -> list[tuple[Attachment, Page, FileText]]:
    """Return the files, of these, that have a document, with their pages; texts are left out."""
    query = files.with_text().where(Attachment.id.in_(file_ids)).order_by(Attachment.id)
    query = query.options(joinedload(Page.head), undefer(Page.html))
    rows = db.session().execute(query.execution_options(populate_existing=True))
    return [(row, page, text) for row, page, text in rows]


def _said(comment_ids: Sequence[int]) -> list[tuple[Comment, Page, str]]:
    """Return the comments, of these, that have a document, with their pages and who wrote them."""
    if not comment_ids:
        return []
    query = comments.with_authors().where(Comment.id.in_(comment_ids)).order_by(Comment.id)
    rows = db.session().execute(query.execution_options(populate_existing=True))
    return [(row, page, author or "") for row, page, author in rows]


def _file_ids() -> Select[int]:
    return files.with_text().with_only_columns(Attachment.id)


def _comment_ids() -> Select[int]:
    return comments.all_findable().with_only_columns(Comment.id)


def _laid_on(part: type[Attachment] | type[Comment], page_ids: Sequence[int]) -> Sequence[int]:
    return db.session().scalars(select(part.id).where(part.page_id.in_(page_ids))).all()


def _slices(items: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
