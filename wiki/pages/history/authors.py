"""Attribution of a page: its authors' names under it, and a screen with the credit its licence requires."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.http import absolute_url, audience, render
from wiki.core.i18n import join_names
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.models import Page, Revision

SHOWN = 5
"""Authors named under the page; the authors screen lists them all."""
MOST = 1000


def init_app(app: Flask) -> None:
    """Make `signed` available in all templates."""
    app.jinja_env.globals["signed"] = signed


@blueprint.get("/<name>/authors")
@audience("page")
def authors(name: str) -> Response:
    """List the authors of a page with their number of versions, and the credit to copy."""
    page = find.page_or_404(name, actor=current_actor())
    query = (
        select(Revision.author_name, func.count().label("count"))
        .where(Revision.page_id == page.id)
        .group_by(Revision.author_name)
        .order_by(func.count().desc(), Revision.author_name)
        .limit(MOST)
    )
    counts = Counter({row.author_name: row[1] for row in db.session().execute(query)})
    for _page_id, name in others_of([page]):
        counts[name] += 1
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return render(
        "pages/authors.html",
        page=page,
        rows=[{"author_name": name, "count": count} for name, count in rows],
        address=absolute_url(url_for("pages.show", name=page.name)),
    )


def authors_of(page: Page, *, most: int = SHOWN + 1) -> list[str]:
    """Return the sorted names of the authors of a page; "" for authors without account.

    The query jumps from name to name in the index: its cost grows with authors, not versions.
    """
    of_page, later = Revision.page_id == page.id, aliased(Revision)
    first = select(func.min(Revision.author_name).label("name")).where(of_page)
    walk = first.cte("authors", recursive=True)
    after = (
        select(func.min(later.author_name))
        .where(later.page_id == page.id, later.author_name > walk.c.name)
        .scalar_subquery()
    )
    walk = walk.union_all(select(after).where(walk.c.name.is_not(None)))
    query = select(walk.c.name).where(walk.c.name.is_not(None)).limit(most)
    names = set(db.session().scalars(query)) | {name for _id, name in others_of([page])}
    return sorted(names)[:most]


def others_of(pages: Sequence[Page]) -> list[tuple[int, str]]:
    """Return the co-authors of the versions of these pages as (page id, name), one per version."""
    shared = select(Revision.page_id, Revision.others).where(
        Revision.page_id.in_([page.id for page in pages]), Revision.shared
    )
    rows = db.session().execute(shared)
    return [(page_id, other["name"]) for page_id, others in rows for other in others]


def signed(revision: Any) -> str:
    """Return the names of the authors of a version, joined for a sentence."""
    return join_names([name or _("someone without account") for name in revision.signers])
