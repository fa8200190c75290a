"""Who wrote what a booklet holds, where it stands and under which licence: what CC BY-SA asks to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from wiki.core import db, licences, settings
from wiki.core.http import absolute_url
from wiki.core.licences import Licence
from wiki.pages.history.authors import others_of
from wiki.pages.models import Page, Revision


@dataclass(frozen=True)
class Credit:
    """One page: its authors, those of all its versions, its address, when it was begun and last changed."""

    title: str
    authors: str
    address: str
    begun: datetime
    changed: datetime


def credits_of(pages: Sequence[Page]) -> list[Credit]:
    """Return the credits of pages that were loaded for the reader, their authors in two queries."""
    names = (
        select(Revision.page_id, Revision.author_name)
        .where(Revision.page_id.in_([page.id for page in pages]))
        .group_by(Revision.page_id, Revision.author_name)
        .order_by(Revision.page_id, Revision.author_name)
    )
    by_page: dict[int, list[str]] = {}
    rows = [(page_id, name) for page_id, name in db.session().execute(names)]
    for page_id, name in dict.fromkeys([*rows, *others_of(pages)]):
        by_page.setdefault(page_id, []).append(name)
    return [_credit(page, by_page.get(page.id, [])) for page in pages]


def licence() -> Licence | None:
    """Return the licence of the wiki's texts, if an admin has said it."""
    return licences.of(settings.get("licence"))


def _credit(page: Page, names: list[str]) -> Credit:
    named = [name for name in names if name]
    if "" in names:
        named.append(_("someone without account"))
    address = absolute_url(url_for("pages.show", name=page.name))
    return Credit(page.title, ", ".join(named), address, page.created_at, page.updated_at)
