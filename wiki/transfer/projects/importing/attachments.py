"""What is laid on pages that arrive: their files and their comments."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from wiki.comments import comment_markup
from wiki.core import db
from wiki.core.access import SYSTEM
from wiki.pages.comments import Comment
from wiki.pages.files import attachments
from wiki.pages.models import Page
from wiki.transfer.projects import archive_format
from wiki.transfer.projects.archive_reader import Row, damaged, many, moment, number, text
from wiki.transfer.projects.importing.state import Work


def lay_files(work: Work) -> None:
    """Put the files of pages where they were."""
    for at, page in work.pages.items():
        wanted = [
            work.laid.get((text(file, "sha256", 64), text(file, "name", 300)))
            for file in many(work.rows[at], "files", dict)
        ]
        incoming = [one for one in wanted if one is not None]
        if incoming:
            attachments.lay(page, incoming, actor=SYSTEM)
            work.arrival.files += len(incoming)


def lay_comments(work: Work) -> None:
    """Write the comments again: their text alone is taken, their HTML is made here."""
    made: dict[int, Comment] = {}
    for row in work.archive.rows(archive_format.COMMENTS):
        page = work.pages.get(number(row, "page") or 0)
        if page is None:
            raise damaged(_("It has a comment of no page."))
        comment = _comment(work, row, page, made)
        work.session.add(comment)
        work.session.flush()
        comment_markup.write(comment, comment.text, lang=page.lang)
        made[number(row, "n") or 0] = comment
    work.arrival.comments = len(made)


def _comment(work: Work, row: Row, page: Page, made: Mapping[int, Comment]) -> Comment:
    author, above = work.user(number(row, "person")), made.get(number(row, "thread") or 0)
    removed = moment(row, "removed_at")
    return Comment(
        page_id=page.id,
        thread_id=above.id if above is not None and above.page_id == page.id else None,
        author_id=author.id if author else None,
        author_name=text(row, "author", 200)[:80],
        text="" if removed else text(row, "text", 20_000),
        quote=text(row, "quote", 5000),
        before=text(row, "before", 5000),
        after=text(row, "after", 5000),
        section=text(row, "section", 300),
        section_title=text(row, "section_title", 500),
        revision_no=min(number(row, "revision_no") or 0, page.revision_no),
        created_at=moment(row, "created_at") or db.utcnow(),
        edited_at=moment(row, "edited_at"),
        removed_at=removed,
        removed_by=text(row, "removed_by", 200)[:80],
        resolved_at=moment(row, "resolved_at"),
        resolved_by=text(row, "resolved_by", 200)[:80],
    )
