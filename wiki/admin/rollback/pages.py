"""Roll back the revisions of pages that one person, or people without account, wrote since a moment.

Each page is restored to its last revision by someone else, as a new revision; a page without one goes
to the trash. A page that someone else has edited since is left alone and reported.
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
"""Maximum number of pages per rollback; a second rollback restores the next ones."""

Version = Row[int, int, bool]
"""Page id, revision number, whether the revision is to be rolled back."""


@dataclass(frozen=True)
class Step:
    """Restore a page from revision `head` to revision `to`; 0 means the trash, None no change."""

    page: Page
    head: int
    to: int | None


def plan(who: User | None, since: datetime, *, actor: Actor) -> list[Step]:
    """Plan at most MOST pages changed since; `who` is None for changes without account."""
    bad = _by_author(who) & (Revision.created_at >= since) & Revision.shared.is_(False)
    changed_ids = select(Revision.page_id).where(bad)
    head = select(Revision.id).where(
        Revision.page_id == Page.id, Revision.number == Page.revision_no
    )
    # Pages to roll back come first: those left alone would otherwise fill every batch.
    rank = (~head.where(bad).correlate(Page).exists(), Page.name_key)
    query = find.visible_pages(actor).where(Page.id.in_(changed_ids)).order_by(*rank).limit(MOST)
    pages = {page.id: page for page in db.session().scalars(query)}
    versions = db.session().execute(
        select(Revision.page_id, Revision.number, bad | Revision.purged_at.is_not(None))
        .where(Revision.page_id.in_(pages))
        .order_by(Revision.page_id, Revision.number.desc())
    )
    steps = {id_: _plan_step(pages[id_], list(rows)) for id_, rows in groupby(versions, _page_id)}
    return [steps[id_] for id_ in pages]


def take_back(
    steps: Sequence[Step],
    *,
    actor: Actor,
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> tuple[list[Step], list[Step]]:
    """Do the steps; return those done and those left because someone edited the page meanwhile.

    Call `progress` in the transaction of each page.
    """
    done: list[Step] = []
    for place, step in enumerate(steps, 1):
        with db.write() as session:
            if step.to is not None and _try_step(session, step, actor):
                done.append(step)
            progress(place, len(steps))
    return done, [step for step in steps if step not in done]


def to_trash(steps: Sequence[Step]) -> list[int]:
    """Return the ids of the pages to put in the trash, with their files and comments."""
    return [step.page.id for step in steps if step.to == 0]


def _by_author(who: User | None) -> ColumnElement[bool]:
    """Match the revisions of a person; the wiki itself has no account either, but an author name."""
    if who is None:
        return Revision.author_id.is_(None) & (Revision.author_name == "")
    return Revision.author_id == who.id


def _page_id(row: Version) -> int:
    return row[0]


def _plan_step(page: Page, versions: Sequence[Version]) -> Step:
    """Plan a page from its revisions, newest first."""
    head = versions[0]
    if not head[2]:
        return Step(page, head[1], None)
    to = next((number for _page, number, is_bad in versions if not is_bad), 0)
    is_protected = not to and (trash.is_home(page) or page.kind == "station")
    return Step(page, head[1], None if is_protected else to)


def _try_step(session: Session, step: Step, actor: Actor) -> bool:
    try:
        with session.begin_nested():
            _do_step(step, actor)
    except (save.Conflict, save.Gone, Invalid):
        return False
    return True


def _do_step(step: Step, actor: Actor) -> None:
    if not step.to:
        trash.put_in_trash(step.page, actor=actor)
        return
    query = select(Revision).where(Revision.page_id == step.page.id, Revision.number == step.to)
    old = db.session().scalars(query).one()
    # A minor change: restoring 500 pages must not fill feeds and mails.
    stamp = save.Stamp(summary=_("Changes taken back"), minor=True)
    save.save(step.page, old.content, base=step.head, author=actor, stamp=stamp)
