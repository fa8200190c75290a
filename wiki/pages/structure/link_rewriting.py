"""The links that follow a page which has taken another name: a job, a few pages a transaction.

Each page gets a version by the one save, in the name of who moved the page and with their rights.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.core import db, jobs, settings
from wiki.core.access import SYSTEM, Actor
from wiki.core.http import Invalid
from wiki.core.names import fold
from wiki.pages import find, save
from wiki.pages.kinds import kind_of
from wiki.pages.models import Alias, Page, Revision
from wiki.pages.renaming import Renaming
from wiki.pages.structure import moves
from wiki.pages.structure.moves import JOB, Move, MoveLink

HELD = 0.1
"""Seconds the lock is held, about, before others may write."""
AT_ONCE = 20
"""Pages in one transaction at most."""
RUN = 60.0
"""Seconds of one run of the job: a longer one goes on in another."""


def run(*, move: int) -> None:
    """Rewrite the links of one move, or write them as before: a job of the worker's."""
    until = monotonic() + RUN
    while write_some(move):
        if monotonic() > until:
            with db.write(quiet=True) as session:
                jobs.enqueue(session, JOB, move=move)
            return


def write_some(move_id: int) -> bool:
    """Write a few pages in one transaction; answer whether any are left."""
    began = monotonic()
    with db.write() as session, force_locale(str(settings.get("lang"))):
        made = session.get(Move, move_id)
        if made is None or made.state in ("done", "undone"):
            return False
        undoing = made.state == "undoing"
        waiting = select(MoveLink).where(
            MoveLink.move_id == move_id, MoveLink.state == ("done" if undoing else "waiting")
        )
        links = session.scalars(waiting.order_by(MoveLink.page_id).limit(AT_ONCE)).all()
        actor, renaming = _actor(session, made), _renaming(session, made)
        for link in links:
            _write(session, made, link, renaming, actor)
            made.done += 1
            if monotonic() - began > HELD:
                break
        if made.done >= made.total or not links:
            moves.end(session, made)
        return made.state in ("working", "undoing")


def _renaming(session: Session, made: Move) -> Renaming:
    if made.state == "undoing":
        return Renaming(frozenset({fold(made.new_name)}), made.old_name, made.old_title)
    former = session.scalars(select(Alias.name_key).where(Alias.page_id == made.page_id))
    return Renaming(frozenset({fold(made.old_name), *former}), made.new_name, made.new_title)


def _write(session: Session, made: Move, link: MoveLink, renaming: Renaming, actor: Actor) -> None:
    """Write one page with the other name, as a version of its own; leave it when it may not be written."""
    page = find.page_by_id(link.page_id, actor=actor)
    undoing = made.state == "undoing"
    link.state = "left"
    if page is None or "write" not in page.allowed:
        return
    head, content = page.head, page.head.content
    if undoing and head.number == link.revision_no and (old := _before(session, page)):
        content = replace(content, text=old.text, data=dict(old.data))
    else:
        content = kind_of(page).relinked(page, content, renaming)
    summary = _("Links: %(old)s → %(new)s", old=made.old_name, new=made.new_name)
    if undoing:
        summary = _("Links: %(old)s → %(new)s", old=made.new_name, new=made.old_name)
    try:
        saved = save.save(
            page, content, base=None, author=actor, stamp=save.Stamp(summary=summary, minor=True)
        )
    except (save.Gone, Invalid):
        return
    if saved.revision_no > head.number:
        link.revision_no = saved.revision_no
        link.state = "undone" if undoing else "done"


def _before(session: Session, page: Page) -> Revision | None:
    number = page.revision_no - 1
    return session.scalar(
        select(Revision).where(Revision.page_id == page.id, Revision.number == number)
    )


def _actor(session: Session, made: Move) -> Actor:
    """Return who did it, with the rights they have now; the wiki itself where nobody in person did."""
    user = session.get(User, made.actor_id) if made.actor_id else None
    return people.actor_of(user) if user else SYSTEM
