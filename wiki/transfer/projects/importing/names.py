"""Where pages that arrive stand, the former names they keep, and links that follow the names of here."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from wiki.core.access import SYSTEM
from wiki.core.names import fold
from wiki.pages import find, save
from wiki.pages.kinds import kind_of
from wiki.pages.models import Alias, Link, Page
from wiki.pages.renaming import Renaming
from wiki.pages.structure.order import DEEPEST
from wiki.transfer.projects.archive_reader import many, number, text
from wiki.transfer.projects.importing.state import Work


def tie(work: Work) -> None:
    """Stand pages under each other, and keep their former names where these are free."""
    for at, page in work.pages.items():
        row = work.rows[at]
        above = number(row, "parent")
        if above and above != at and above in work.pages and not _circles(work, at):
            page.parent_id = work.pages[above].id
        page.position = number(row, "position") or 0
        names = [*many(row, "aliases", str, 500), text(row, "name", 250)]
        for name in names:
            _lead_here(work, fold(name), page)
    work.session.flush()


def _lead_here(work: Work, key: str, page: Page) -> None:
    """Keep a former name of a page, unless somebody else bears it here: then links will not say it."""
    if not key or len(key) > 250 or key == page.name_key:
        return
    if find.is_taken(key):
        work.others.setdefault(page.id, set()).add(key)
        return
    work.session.add(Alias(name_key=key, page_id=page.id))
    work.session.flush()


def _circles(work: Work, at: int) -> bool:
    seen, here = {at}, number(work.rows[at], "parent")
    while here and here in work.rows:
        if here in seen or len(seen) > DEEPEST:
            return True
        seen.add(here)
        here = number(work.rows[here], "parent")
    return False


def follow_names(work: Work) -> None:
    """Write the names of here where pages of the project say one that is somebody else's here."""
    for page in work.pages.values():
        keys = frozenset(work.others.get(page.id, ()))
        renaming = Renaming(keys, page.name, page.title)
        for other in _linking(work, keys) if keys else ():
            _relink(other, renaming)


def _linking(work: Work, keys: Collection[str]) -> list[Page]:
    ids = {page.id for page in work.pages.values()}
    query = select(Page).join(Link, Link.page_id == Page.id).where(Link.target_key.in_(keys))
    found = work.session.scalars(query.order_by(Page.id)).unique()
    return [page for page in found if page.id in ids]


def _relink(page: Page, renaming: Renaming) -> None:
    current = find.page_by_id(page.id, actor=SYSTEM)
    if current is None:
        return
    made = kind_of(current).relinked(current, current.head.content, renaming)
    stamp = save.Stamp(summary=_("Links follow the names of here"), minor=True)
    save.save(current, made, base=None, author=SYSTEM, stamp=stamp)
