"""Entries that may be the one being added: those whose title looks like its own."""

from __future__ import annotations

from collections.abc import Sequence

from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.names import fold
from wiki.pages.find import visible_pages
from wiki.pages.models import Page

LIKE = 0.62
"""Share of letters by threes that two titles have in common."""
MOST_READ = 20_000
MOST_TOLD = 5


def alike(form: Form, title: str, *, actor: Actor) -> Sequence[Page]:
    """Return the entries that this actor may see whose title is like this one, the likest first."""
    mine = _threes(title)
    seen = visible_pages(actor).where(Page.form_id == form.id).order_by(Page.id.desc())
    rows = db.session().execute(seen.with_only_columns(Page.id, Page.title).limit(MOST_READ))
    ranked = sorted(
        (
            (likeness, row.id)
            for row in rows
            if (likeness := _share(mine, _threes(row.title))) > LIKE
        ),
        reverse=True,
    )[:MOST_TOLD]
    ids = [page_id for _likeness, page_id in ranked]
    pages = {
        page.id: page
        for page in (
            db.session().scalars(visible_pages(actor).where(Page.id.in_(ids))) if ids else ()
        )
    }
    return [pages[page_id] for page_id in ids if page_id in pages]


def _threes(title: str) -> set[str]:
    words = f"  {fold(title)} "
    return {words[at : at + 3] for at in range(len(words) - 2)}


def _share(one: set[str], other: set[str]) -> float:
    both = len(one & other)
    return 2 * both / (len(one) + len(other)) if both else 0.0
