"""Take back what one person, or those without account, did to pages since a moment.

Each page comes back to its last version by someone else, as a new version; one nobody else wrote goes to the trash.
What others wrote since stays, and is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from wiki.accounts.models import User
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.pages import find, save
from wiki.pages.models import Page, Revision
from wiki.pages.structure import trash

MOST = 500
"""Pages taken back at once; the others come when it is asked again."""

Version = Row[int, int, bool]


@dataclass(frozen=True)
class Step:
    """What is to be done to a page whose last version is `head`: back to version `to`; 0 is the trash, None nothing."""

    page: Page
    head: int
    to: int | None


def plan(who: User | None, since: datetime, *, actor: Actor) -> list[Step]:
    """Return what to do to each page changed since, at most MOST; `who` is None for those without account."""
    bad = _own(who) & (Revision.created_at >= since) & Revision.shared.is_(False)
    touched = select(Revision.page_id).where(bad)
    last = select(Revision.id).where(
        Revision.page_id == Page.id, Revision.number == Page.revision_no
    )
    # Past MOST, those to take back must come before those that are left each time.
    rank = (~last.where(bad).correlate(Page).exists(), Page.name_key)
    seen = find.visible_pages(actor).where(Page.id.in_(touched)).order_by(*rank).limit(MOST)
    pages = {page.id: page for page in db.session().scalars(seen)}
    versions = db.session().execute(
        select(Revision.page_id, Revision.number, bad | Revision.purged_at.is_not(None))
        .where(Revision.page_id.in_(pages))
        .order_by(Revision.page_id, Revision.number.desc())
    )
    steps = {id_: _step(pages[id_], list(rows)) for id_, rows in groupby(versions, _page_id)}
    return [steps[id_] for id_ in pages]


def take_back(
    steps: Sequence[Step],
    *,
    actor: Actor,
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> tuple[list[Step], list[Step]]:
    """Do the steps, a page at a time; return those done and those left, which someone writes to meanwhile.

    `progress` is told in the transaction of each page.
    """
    done: list[Step] = []
    for place, step in enumerate(steps, 1):
        with db.write() as session:
            if step.to is not None and _taken(session, step, actor):
                done.append(step)
            progress(place, len(steps))
    return done, [step for step in steps if step not in done]


def to_trash(steps: Sequence[Step]) -> list[int]:
    """Return the pages that go to the trash, with all that is under them."""
    return [step.page.id for step in steps if step.to == 0]


def _own(who: User | None) -> ColumnElement[bool]:
    """Return what tells the versions of a person; those of the wiki itself have no account either, but a name."""
    if who is None:
        return Revision.author_id.is_(None) & (Revision.author_name == "")
    return Revision.author_id == who.id


def _page_id(row: Version) -> int:
    return row[0]


def _step(page: Page, versions: Sequence[Version]) -> Step:
    """Choose for a page by its versions, the last one first."""
    head = versions[0]
    if not head[2]:
        return Step(page, head[1], None)
    to = next((number for _page, number, is_bad in versions if not is_bad), 0)
    kept = not to and (trash.is_home(page) or page.kind == "station")
    return Step(page, head[1], None if kept else to)


def _taken(session: Session, step: Step, actor: Actor) -> bool:
    try:
        with session.begin_nested():
            _take(step, actor)
    except (save.Conflict, save.Gone, Invalid):
        return False
    return True


def _take(step: Step, actor: Actor) -> None:
    if not step.to:
        trash.put_in_trash(step.page, actor=actor)
        return
    query = select(Revision).where(Revision.page_id == step.page.id, Revision.number == step.to)
    old = db.session().scalars(query).one()
    # A small change: neither feeds nor mails tell of five hundred pages that are as they were.
    stamp = save.Stamp(summary=_("Changes taken back"), minor=True)
    save.save(step.page, old.content, base=step.head, author=actor, stamp=stamp)
