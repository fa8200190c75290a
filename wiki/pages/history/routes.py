"""History routes: list the versions of a page, compare two, show, label and restore one.

Pagination is by revision number, never by offset: its cost does not grow with the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast, get_args

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select, update
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db, markup
from wiki.core.access import current_actor
from wiki.core.http import Paging, audience, number_argument, paging, render, see_other
from wiki.core.i18n import moment
from wiki.pages import find, save
from wiki.pages.blueprint import blueprint
from wiki.pages.history.comparison import Comparison, Show, inked
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page, Revision
from wiki.pages.throttle import count_change
from wiki.pages.toast import tell

PAGE_SIZE = 50
LONGEST_LABEL = 80
MOST_LABELLED = 100
VERSION_COLUMNS = (
    Revision.number,
    Revision.author_name,
    Revision.summary,
    Revision.minor,
    Revision.label,
    Revision.created_at,
    Revision.purged_at,
    Revision.others,
)


@dataclass(frozen=True)
class VersionRow:
    """A version in the list; `size_change` is the number of characters added, None if unknown or hidden."""

    number: int
    author_name: str
    summary: str
    minor: bool
    label: str
    created_at: datetime
    purged_at: datetime | None
    others: Sequence[dict[str, Any]] = ()
    size_change: int | None = None

    @property
    def signers(self) -> list[str]:
        """The names of all its authors."""
        return [self.author_name, *(one["name"] for one in self.others)]


@blueprint.get("/<name>/history")
@audience("page")
def history(name: str) -> Response:
    """List the versions of a page, with the last one compared to the one before."""
    page = find.page_or_404(name, actor=current_actor())
    return _screen(page, page.revision_no - 1 or None, page.revision_no)


@blueprint.get("/<name>/diff")
@audience("page")
def diff(name: str) -> Response:
    """Compare the versions `from` and `to`; `show` is rendered, side or source."""
    page = find.page_or_404(name, actor=current_actor())
    newer = number_argument("to", page.revision_no) or page.revision_no
    older = number_argument("from", newer - 1)
    return _screen(page, *sorted((older or newer, newer)))


@blueprint.get("/<name>/revisions/<int:number>")
@audience("page")
def revision(name: str, number: int) -> Response:
    """Show a version of a page."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    old, kind = revision_or_404(page, number), kind_of(page)
    body = kind.body(page, old, actor=actor)
    return render("pages/revision.html", page=page, kind=kind, revision=old, body=body)


@blueprint.post("/<name>/revisions/<int:number>/restore")
@audience("page")
def restore(name: str, number: int) -> BaseResponse:
    """Restore a version: save its content as a new one."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    old = revision_or_404(page, number)
    if old.purged_at is not None:
        abort(404)
    count_change()
    summary = _("Back to the version of %(date)s", date=moment(old.created_at))
    try:
        save.save(page, old.content, base=None, author=actor, stamp=save.Stamp(summary=summary))
    except save.Gone:
        abort(404)
    undo = url_for("pages.restore", name=page.name, number=page.revision_no)
    tell(_("The page is as it was on %(date)s.", date=moment(old.created_at)), undo=undo)
    return see_other(url_for("pages.show", name=page.name))


@blueprint.post("/<name>/revisions/<int:number>/label")
@audience("page")
def name_revision(name: str, number: int) -> BaseResponse:
    """Label a version; an empty label removes it."""
    page = find.page_or_404(name, actor=current_actor(), need="write")
    revision_or_404(page, number)
    count_change()
    label = set_label(page, number, request.form.get("label", ""))
    tell(_("This version is called “%(label)s”.", label=label) if label else _("The name is gone."))
    return see_other(url_for("pages.revision", name=page.name, number=number))


def set_label(page: Page, number: int, raw: str) -> str:
    """Label a version; return the normalised label."""
    label = " ".join(markup.normalise(raw).split())[:LONGEST_LABEL]
    with db.write() as session:
        one = (Revision.page_id == page.id, Revision.number == number)
        session.execute(update(Revision).where(*one).values(label=label))
    return label


def revision_or_404(page: Page, number: int) -> Revision:
    """Return a version of a page that was loaded for the actor. Aborts 404."""
    query = select(Revision).where(Revision.page_id == page.id, Revision.number == number)
    return (db.session().scalar(query) if number < 2**31 else None) or abort(404)


def version_rows(page: Page, where: Paging) -> list[VersionRow]:
    """Return one page of versions, the latest first, in one query."""
    newest = page.revision_no - where.offset
    query = select(*VERSION_COLUMNS, func.length(Revision.text).label("size")).where(
        Revision.page_id == page.id,
        Revision.number.between(newest - where.size, newest),
    )
    rows = db.session().execute(query.order_by(Revision.number.desc())).all()
    sizes = [row.size for row in rows[1:]] + [0]
    # Other kinds have data besides the text, and sizes would leak hidden values.
    shows_size = page.kind == "text"
    return [
        _version_row(row, row.size - before if shows_size and not row.purged_at else None)
        for row, before in zip(rows[: where.size], sizes, strict=False)
    ]


def labelled_versions(page: Page) -> list[VersionRow]:
    """Return the labelled versions, the latest first."""
    query = select(*VERSION_COLUMNS).where(Revision.page_id == page.id, Revision.label > "")
    rows = db.session().execute(query.order_by(Revision.number.desc()).limit(MOST_LABELLED))
    return [_version_row(row) for row in rows]


def _version_row(row: Any, size_change: int | None = None) -> VersionRow:
    return VersionRow(
        **{column.key: getattr(row, column.key) for column in VERSION_COLUMNS},
        size_change=size_change,
    )


def _screen(page: Page, older: int | None, newer: int) -> Response:
    where = paging(page.revision_no, PAGE_SIZE)
    compared = None
    if older is not None:
        show = request.args.get("show", "rendered")
        compared = Comparison(
            page,
            revision_or_404(page, older),
            revision_or_404(page, newer),
            current_actor(),
            show=cast(Show, show) if show in get_args(Show) else "rendered",
            unfold="all" in request.args,
        )
    return render(
        "pages/history.html",
        page=page,
        versions=version_rows(page, where),
        labelled_versions=labelled_versions(page),
        paging=where,
        compared=compared,
        inked=inked,
    )
