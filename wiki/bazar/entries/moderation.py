"""Entries that wait for someone to look at them: kept under rules of their own, so that no list needs to know.

Until it is accepted, an entry is read by its author and the moderators only; its rules cannot be changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column

from wiki.accounts import people
from wiki.bazar.entries import entry_access
from wiki.bazar.forms.submission_terms import terms_of
from wiki.bazar.models import Form
from wiki.core import access, db
from wiki.core.access import Actor
from wiki.core.search.index.queue import enqueue
from wiki.pages import events, find
from wiki.pages.models import Page
from wiki.pages.save import Gone
from wiki.pages.structure import trash

MOST = 200


class WaitingEntry(db.Base):
    """An entry that nobody has looked at yet."""

    __tablename__ = "waiting_entry"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]


class Approval(db.Base):
    """One vote to let an entry out."""

    __tablename__ = "approval"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("waiting_entry.page_id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    created_at: Mapped[datetime]


def votes_of(pages: Sequence[Page], *, actor: Actor) -> dict[int, tuple[int, bool]]:
    """Return by entry that waits how many approve it, and whether this actor does, in one statement."""
    voters: dict[int, set[int]] = {page.id: set() for page in pages}
    rows = select(Approval.page_id, Approval.user_id).where(Approval.page_id.in_(voters))
    for page_id, user_id in db.session().execute(rows) if voters else ():
        voters[page_id].add(user_id)
    return {page_id: (len(given), actor.id in given) for page_id, given in voters.items()}


def may_vote(page: Page, form: Form, actor: Actor) -> bool:
    """Answer whether this actor's vote counts for an entry: a moderator with an account, not its author."""
    mine = actor.id is None or actor.id == page.owner_id
    return not mine and may_moderate(form, actor)


def decides_alone(form: Form, actor: Actor) -> bool:
    """Answer whether this actor lets entries out or refuses them at once, without a vote."""
    return actor.is_admin or (not terms_of(form).approvals and may_moderate(form, actor))


def approve(page: Page, form: Form, *, actor: Actor) -> bool:
    """Count a vote; answer whether it was the last one needed, and the entry is out. Raises Gone."""
    with db.write() as session:
        _waiting(session, page)
        if session.get(Approval, (page.id, actor.id)) is None:
            session.add(Approval(page_id=page.id, user_id=actor.id or 0, created_at=db.utcnow()))
            session.flush()
        enough = votes_of([page], actor=actor)[page.id][0] >= max(1, terms_of(form).approvals)
        if enough:
            accept(page, form, actor=actor)
    return enough


def may_moderate(form: Form, actor: Actor) -> bool:
    """Answer whether this actor accepts and refuses the entries of a form."""
    rule = terms_of(form).moderators
    return actor.is_admin or (
        bool(rule) and access.rule_allows(actor, rule, people.resolve_rule_name)
    )


def waiting_rules(form: Form, author: Actor) -> int | None:
    """Return the rules under which what this author adds waits, None when it does not."""
    if not terms_of(form).moderated or decides_alone(form, author):
        return None
    found: int | None = form.settings.get("waiting_rules")
    return found


def hold(session: Session, page: Page) -> None:
    """Put an entry that was just made in the queue."""
    session.add(WaitingEntry(page_id=page.id, form_id=page.form_id or 0, since=db.utcnow()))
    session.flush()


def waits(page: Page) -> bool:
    """Answer whether an entry waits to be looked at."""
    return db.session().get(WaitingEntry, page.id) is not None


def queue(form: Form, *, actor: Actor) -> Sequence[Page]:
    """Return the entries that wait and that this actor may read, the oldest first."""
    query = find.visible_pages(actor).join(WaitingEntry, WaitingEntry.page_id == Page.id)
    query = query.where(WaitingEntry.form_id == form.id).order_by(WaitingEntry.since, Page.id)
    return db.session().scalars(query.options(joinedload(Page.head)).limit(MOST)).all()


def accept(page: Page, form: Form, *, actor: Actor) -> None:
    """Let an entry out: from now on the form's rules are its own. Raises Gone when it does not wait."""
    with db.write() as session:
        _taken(session, page)
        current = session.get_one(Page, page.id)
        current.rules_id = form.rules_id
        entry_access.lay(session, current, form, dict(current.head.data))
        events.log(session, page, "rights", actor=actor)
        db.bump(session, "rights")
        enqueue(session, [page.id])


def refuse(page: Page, *, actor: Actor) -> None:
    """Put an entry that waits in the trash. Raises Gone when it does not wait."""
    with db.write() as session:
        _taken(session, page)
        trash.put_in_trash(page, actor=actor)


def _taken(session: Session, page: Page) -> None:
    found = _waiting(session, page)
    session.execute(delete(Approval).where(Approval.page_id == page.id))
    session.delete(found)
    session.flush()


def _waiting(session: Session, page: Page) -> WaitingEntry:
    found = session.get(WaitingEntry, page.id)
    if found is None:
        raise Gone(page.name)
    return found
