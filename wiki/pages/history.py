"""The versions of a page: their list, any two compared, one as it was, and the way back to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast, get_args

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.http import Paging, audience, number_argument, paging, render, see_other
from wiki.core.i18n import moment
from wiki.pages import find, save
from wiki.pages.blueprint import blueprint
from wiki.pages.comparison import Comparison, Show, inked
from wiki.pages.content import Content
from wiki.pages.editor import count_change
from wiki.pages.kinds import kind_of
from wiki.pages.messages import tell
from wiki.pages.models import Page, Revision

PAGE_SIZE = 50


@dataclass(frozen=True)
class Stop:
    """A version in the list; `grown`: how many characters its text gained, None if not told."""

    number: int
    author_name: str
    summary: str
    minor: bool
    created_at: datetime
    grown: int | None


@blueprint.get("/<name>/history")
@audience("page")
def history(name: str) -> Response:
    """List the versions of a page, the last one compared with the one before."""
    page = find.page_or_404(name, actor=current_actor())
    before = db.session().scalar(
        select(func.max(Revision.number)).where(
            Revision.page_id == page.id, Revision.number < page.revision_no
        )
    )
    return _screen(page, before, page.revision_no)


@blueprint.get("/<name>/diff")
@audience("page")
def diff(name: str) -> Response:
    """Compare the versions `from` and `to`, drawn as `show` says: rendered, side or source."""
    page = find.page_or_404(name, actor=current_actor())
    newer = number_argument("to", page.revision_no) or page.revision_no
    older = number_argument("from", newer - 1)
    return _screen(page, *sorted((older or newer, newer)))


@blueprint.get("/<name>/revisions/<int:number>")
@audience("page")
def revision(name: str, number: int) -> Response:
    """Show a page as it was."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    found, kind = revision_or_404(page, number), kind_of(page)
    body = kind.body(page, found, actor=actor)
    return render("pages/revision.html", page=page, kind=kind, revision=found, body=body)


@blueprint.post("/<name>/revisions/<int:number>/restore")
@audience("page")
def restore(name: str, number: int) -> BaseResponse:
    """Make a new version with the content of an old one."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    old = revision_or_404(page, number)
    count_change()
    summary = _("Back to the version of %(date)s", date=moment(old.created_at))
    content = Content(old.title, old.text, dict(old.data), tuple(old.tags))
    try:
        save.save(page, content, base=None, author=actor, stamp=save.Stamp(summary=summary))
    except save.Gone:
        abort(404)
    undo = url_for("pages.restore", name=page.name, number=page.revision_no)
    tell(_("The page is as it was on %(date)s.", date=moment(old.created_at)), undo=undo)
    return see_other(url_for("pages.show", name=page.name))


def revision_or_404(page: Page, number: int) -> Revision:
    """Return a version of a page that was loaded for the actor. Aborts 404."""
    query = select(Revision).where(Revision.page_id == page.id, Revision.number == number)
    return (db.session().scalar(query) if number < 2**31 else None) or abort(404)


def stops(page: Page, where: Paging) -> list[Stop]:
    """Return a stretch of a page's versions, the last first, in one query."""
    columns = (
        Revision.number,
        Revision.author_name,
        Revision.summary,
        Revision.minor,
        Revision.created_at,
    )
    query = select(*columns, func.length(Revision.text).label("size")).where(
        Revision.page_id == page.id
    )
    query = query.order_by(Revision.number.desc()).limit(where.size + 1).offset(where.offset)
    rows = db.session().execute(query).all()
    sizes = [row.size for row in rows[1:]] + [0]
    # Of other kinds the text is not all there is, and what is hidden must not be told by its size.
    tells = page.kind == "text"
    return [
        Stop(*found, row.size - before if tells else None)
        for row, before in zip(rows[: where.size], sizes, strict=False)
        for found in [(row.number, row.author_name, row.summary, row.minor, row.created_at)]
    ]


def _screen(page: Page, older: int | None, newer: int) -> Response:
    total = db.session().scalar(select(func.count()).where(Revision.page_id == page.id)) or 0
    where = paging(total, PAGE_SIZE)
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
        stops=stops(page, where),
        paging=where,
        compared=compared,
        inked=inked,
    )
