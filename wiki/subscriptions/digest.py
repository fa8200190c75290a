"""When followers are told: every minute those whose turn has come get one mail each, of all that is new.

In one transaction a turn moves on and its mail is queued, so that a killed worker neither forgets nor tells
twice; the mail itself is written when it leaves, with the rights of that moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.core import db, i18n, jobs, mail
from wiki.core.access import Actor
from wiki.pages.comments import Comment
from wiki.pages.models import Event, Page, Tag
from wiki.subscriptions import mails, updates
from wiki.subscriptions.follows import RHYTHMS
from wiki.subscriptions.models import Follow

TURN = "digests"
JOB = "digest"
EVERY = timedelta(minutes=1)
SETTLED = timedelta(seconds=20)
"""What is younger may still be in a transaction of another writer: it is for the next turn."""
HOUR = 7
"""When daily and weekly mails leave, the weekly ones on Monday."""
MOST_PAGES = 40
"""Pages told in one mail; the others are counted."""
_AT_ONCE = 500
"""Pages asked for in one statement."""


def turn() -> None:
    """Queue the mails whose time has come."""
    now = db.utcnow()
    for rhythm in RHYTHMS:
        queue(rhythm, until=due(rhythm, now))


def due(rhythm: str, now: datetime) -> datetime:
    """Return up to which moment the mails of a rhythm tell."""
    settled = now - SETTLED
    if rhythm == "now":
        return settled
    here = i18n.local(settled)
    at = here.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if at > here:
        at -= timedelta(days=1)
    if rhythm == "weekly":
        at -= timedelta(days=at.weekday())
    return at.astimezone(now.tzinfo)


def queue(rhythm: str, *, until: datetime) -> int:
    """Queue a mail for each person whose followed things have something new; return how many."""
    waiting = select(Follow).where(Follow.rhythm == rhythm, Follow.since < until)
    oldest = db.session().scalar(
        select(func.min(Follow.since)).where(Follow.rhythm == rhythm, Follow.since < until)
    )
    if oldest is None or not (touched := _touched(oldest, until)):
        return 0
    by_person: dict[tuple[int | None, str], dict[str, str]] = {}
    with db.write(quiet=True) as session:
        for row in session.scalars(waiting.order_by(Follow.id)):
            if row.kind == "search" or (row.kind, row.target) in touched:
                windows = by_person.setdefault((row.user_id, row.email_key), {})
                windows[str(row.id)] = row.since.isoformat()
            row.since = until
        for (user_id, _key), windows in by_person.items():
            jobs.enqueue(
                session,
                JOB,
                user_id=user_id,
                windows=windows,
                until=until.isoformat(),
                message_id=mail.message_id(),
            )
    return len(by_person)


def deliver(
    *, user_id: int | None, windows: Mapping[str, str], until: str, message_id: str
) -> None:
    """Tell one person what is new, if they still follow it and may read it now."""
    query = select(Follow).where(Follow.id.in_([int(key) for key in windows]))
    rows = db.session().scalars(query.order_by(Follow.id)).all()
    user = db.session().get(User, user_id) if user_id else None
    if not rows or (user_id and (user is None or user.disabled)):
        return
    actor = people.actor_of(user) if user else people.anonymous()
    wanted = [(row.kind, row.target, datetime.fromisoformat(windows[str(row.id)])) for row in rows]
    with mails.speaking(user.lang if user else rows[0].lang):
        found = updates.gather(wanted, until=datetime.fromisoformat(until), actor=actor)
        if found:
            to = user.email if user else rows[0].email
            _send(found, rows, to=to, actor=actor, message_id=message_id)


def _send(
    found: list[updates.PageNews], rows: Sequence[Follow], *, to: str, actor: Actor, message_id: str
) -> None:
    shown = found[:MOST_PAGES]
    updates.tell_words(shown, actor=actor)
    mails.send(
        "digest",
        to=to,
        message_id=message_id,
        out=mails.way_out(follows=[row.id for row in rows]),
        rhythm=rows[0].rhythm,
        news=shown,
        others=len(found) - len(shown),
        excerpt=updates.excerpt,
        has_account=actor.id is not None,
    )


def _touched(since: datetime, until: datetime) -> set[tuple[str, str]]:
    """Return all that may have something new, as (kind, stored target): most follows cost no query."""
    ids = {
        page_id
        for row in (Event, Comment)
        for page_id in db.session().scalars(
            select(row.page_id).where(row.created_at > since, row.created_at <= until).distinct()
        )
    }
    pages = select(Page.id, Page.parent_id, Page.form_id, Page.project_id)
    found: set[tuple[str, str]] = set()
    for some in _by_many(sorted(ids)):
        for row in db.session().execute(pages.where(Page.id.in_(some))):
            found |= {("page", str(row.id)), ("tree", str(row.id))}
            found |= {("form", str(row.form_id))} if row.form_id else set()
            found |= {("project", str(row.project_id))} if row.project_id else set()
        tags = select(Tag.tag_key).where(Tag.page_id.in_(some)).distinct()
        found |= {("tag", tag) for tag in db.session().scalars(tags)}
    return found | {("tree", str(above)) for above in _above(ids)}


def _above(ids: Iterable[int]) -> set[int]:
    """Return the pages above some pages."""
    rows = db.session().execute(select(Page.id, Page.parent_id).where(Page.parent_id.is_not(None)))
    parents: dict[int, int | None] = {row[0]: row[1] for row in rows}
    above: set[int] = set()
    for page_id in ids:
        climbed: int | None = parents.get(page_id)
        while climbed is not None and climbed not in above:
            above.add(climbed)
            climbed = parents.get(climbed)
    return above


def _by_many(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))
