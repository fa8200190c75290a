"""What is shown of what was found: pages, files and comments, loaded for one reader, with the passage that
shows why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for
from markupsafe import Markup
from sqlalchemy import func
from sqlalchemy.orm import joinedload, undefer

from wiki.core import db
from wiki.core.access import Actor
from wiki.core.search.pipeline import snippets
from wiki.pages.comments import Comment
from wiki.pages.find import visible_pages
from wiki.pages.models import Attachment, Page
from wiki.search.indexing import comments, files
from wiki.search.indexing.documents import (
    COMMENT,
    FILE,
    id_of_comment,
    id_of_file,
    id_of_page,
    split,
    text_of,
    text_of_file,
)


@dataclass(frozen=True)
class Hit:
    """One page found, or one file or comment laid on it, with the passage that shows why.

    `number` is the page of the file where the passage is, 0 where it has none or but one; `pinned`
    says that facilitators chose it for these words.
    """

    page: Page
    title: Markup = Markup("")
    snippet: Markup = Markup("")
    file: Attachment | None = None
    comment: Comment | None = None
    number: int = 0
    pinned: bool = False

    @property
    def kind(self) -> str:
        return FILE if self.file else COMMENT if self.comment else self.page.kind

    @property
    def is_page(self) -> bool:
        """Answer whether it is the page itself, and nothing laid on it."""
        return self.file is None and self.comment is None

    @property
    def label(self) -> str:
        """The title as plain text; a comment has its page's."""
        return files.title_of(self.file) if self.file else self.page.title

    @property
    def url(self) -> str:
        """The address to open: of a PDF, at the page where the passage is."""
        if self.file:
            return files.url_of(self.file, self.page, number=self.number)
        if self.comment:
            return comments.url_of(self.comment)
        return url_for("pages.show", name=self.page.name)

    @property
    def changed_at(self) -> datetime:
        if self.comment:
            return self.comment.edited_at or self.comment.created_at
        return self.file.created_at if self.file else self.page.updated_at


def load(ids: Sequence[int], actor: Actor) -> list[Hit]:
    """Load what was found and may be seen, in its order."""
    pages, file_ids, comment_ids = split(ids)
    found: dict[int, Hit] = {}
    if pages:
        query = visible_pages(actor).where(Page.id.in_(pages))
        rows = db.session().scalars(query.options(joinedload(Page.head), undefer(Page.html)))
        found = {id_of_page(page.id): Hit(page) for page in rows}
    if file_ids:
        laid = files.visible(actor).where(Attachment.id.in_(file_ids))
        for row, page, _text in db.session().execute(laid):
            found[id_of_file(row.id)] = Hit(page, file=row)
    if comment_ids:
        said = comments.visible(actor).where(Comment.id.in_(comment_ids))
        for comment, page in db.session().execute(said):
            found[id_of_comment(comment.id)] = Hit(page, comment=comment)
    return [found[id_] for id_ in ids if id_ in found]


def latest_first(ids: Sequence[int], actor: Actor) -> list[int]:
    """Put what was found, and may be seen, in the order of its last change."""
    pages, file_ids, comment_ids = split(ids)
    session = db.session()
    seen = visible_pages(actor).where(Page.id.in_(pages))
    rows = session.execute(seen.with_only_columns(Page.id, Page.updated_at)).all()
    dated = [(changed, id_of_page(id_)) for id_, changed in rows]
    if file_ids:
        laid = files.visible(actor).where(Attachment.id.in_(file_ids))
        more = session.execute(laid.with_only_columns(Attachment.id, Attachment.created_at))
        dated += [(changed, id_of_file(id_)) for id_, changed in more]
    if comment_ids:
        said = comments.visible(actor).where(Comment.id.in_(comment_ids))
        changed_at = func.coalesce(Comment.edited_at, Comment.created_at)
        rest = session.execute(said.with_only_columns(Comment.id, changed_at))
        dated += [(changed, id_of_comment(id_)) for id_, changed in rest]
    return [id_ for _changed, id_ in sorted(dated, reverse=True)]


def quoted(hit: Hit, terms: tuple[str, ...]) -> Hit:
    """Give a hit the passage that shows why it was found, and mark its title."""
    page = hit.page
    if hit.file is None:
        said = comments.text_of(hit.comment, page) if hit.comment else text_of(page)
        text = snippets.snippet(said, terms, lang=page.lang)
        return replace(hit, title=snippets.mark(hit.label, terms), snippet=text)
    text, number = snippets.passage(text_of_file(hit.file.sha256), terms, lang=page.lang)
    return replace(hit, title=snippets.mark(hit.label, terms), snippet=text, number=number)
