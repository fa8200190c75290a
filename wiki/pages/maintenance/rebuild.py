"""Make derived rows and stored renderings again, when the code that makes them has changed."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from wiki.core import db
from wiki.pages import rendering
from wiki.pages.models import Page
from wiki.pages.save import rederive

BATCH = 50


def rebuild(
    *, everything: bool = False, progress: Callable[[int, int], None] = lambda *_: None
) -> int:
    """Derive again the pages that an older code derived, or all of them; return how many."""
    wanted = select(Page.id).order_by(Page.id)
    if not everything:
        wanted = wanted.where(Page.html_version != rendering.VERSION)
    ids = list(db.session().scalars(wanted))
    for start in range(0, len(ids), BATCH):
        with db.write() as session:
            for page_id in ids[start : start + BATCH]:
                rederive(session, session.get_one(Page, page_id))
        progress(min(start + BATCH, len(ids)), len(ids))
    return len(ids)
