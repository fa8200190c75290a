"""What the index knows of the database: one document a page and one a file that has text, without
anything some readers may not see."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence

from flask import current_app
from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import joinedload, undefer

from wiki.accounts.models import User
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.search import queue
from wiki.core.search.base import Engine, SearchDocument
from wiki.pages import rendering
from wiki.pages.file_texts import FileText
from wiki.pages.kinds import kind_of
from wiki.pages.models import Attachment, Page, Revision
from wiki.projects.models import Project
from wiki.search import files

DATABASE = "database"
"""Name of the counter that tells this database from another; each engine that took pages has its own."""
SCHEME = "files-2"
"""How documents are numbered and made: change it with them, and indexes rebuild."""
FILE = "file"
"""The kind of the documents of files."""
MOST_AUTHORS = 20
"""How many of those who wrote a page it is found by: the latest."""
_AT_ONCE = 500


def id_of_page(page_id: int) -> int:
    """Return the number of a page's document: even, those of files are odd."""
    return 2 * page_id


def id_of_file(file_id: int) -> int:
    """Return the number of a file's document."""
    return 2 * file_id + 1


def split(ids: Iterable[int]) -> tuple[list[int], list[int]]:
    """Return the pages and the files that these documents are of."""
    known = list(ids)
    return [id_ // 2 for id_ in known if id_ % 2 == 0], [id_ // 2 for id_ in known if id_ % 2]


def ids_of_pages(page_ids: Collection[int]) -> frozenset[int]:
    """Return the documents of pages and of all that is laid on them."""
    found = {id_of_page(page_id) for page_id in page_ids}
    for some in _slices(sorted(page_ids)):
        laid = select(Attachment.id).where(Attachment.page_id.in_(some))
        found.update(id_of_file(file_id) for file_id in db.session().scalars(laid))
    return frozenset(found)


class Pages:
    """The source that the indexer reads: the wiki at work (see core/search/indexer).

    Keys of the queue are its pages', which stand for their files too, and minus those of files.
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
        """Return pages, to load anyway, then files with the version their document must be at."""
        pages = [key for key in keys if key > 0]
        found: dict[int, int | None] = {id_of_page(page_id): None for page_id in pages}
        file_ids = {-key for key in keys if key < 0}
        for some in _slices(pages):
            laid = select(Attachment.id).where(Attachment.page_id.in_(some))
            file_ids.update(db.session().scalars(laid))
        found.update((id_of_file(file_id), 0) for file_id in sorted(file_ids))
        places = _Places()
        for some in _slices(sorted(file_ids)):
            for row, page, text in _loaded(some):
                found[id_of_file(row.id)] = _version(row, page, text, places)
        return found

    def all_ids(self) -> Sequence[int]:
        session = db.session()
        pages = session.scalars(select(Page.id).where(Page.trashed_at.is_(None)).order_by(Page.id))
        laid = session.scalars(_file_ids().order_by(Attachment.id))
        return [*map(id_of_page, pages), *map(id_of_file, laid)]

    def count(self) -> int:
        session = db.session()
        pages = session.scalar(select(func.count(Page.id)).where(Page.trashed_at.is_(None)))
        laid = session.scalar(select(func.count()).select_from(_file_ids().subquery()))
        return (pages or 0) + (laid or 0)

    def documents(self, ids: Sequence[int]) -> Iterator[SearchDocument]:
        """Give documents as they stand, the texts of files one at a time; what is in the trash has none."""
        pages, file_ids = split(ids)
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


def has_index(engine: Engine) -> bool:
    """Say whether the engine has an index of this wiki as it should be."""
    built = engine.generation()
    return bool(built) and built == _built_for()


def text_of(page: Page) -> str:
    """Return the text by which a page is found and quoted: its own, then its data's open fields.

    What people say under it (comments) will belong here.
    """
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
        updated_at=page.updated_at,
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
        updated_at=row.created_at,
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


def _file_ids() -> Select[int]:
    return files.with_text().with_only_columns(Attachment.id)


def _slices(items: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
