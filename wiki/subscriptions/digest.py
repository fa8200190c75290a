"""Digests: every minute, each subscriber whose digest is due gets one mail with everything new.

One transaction updates the subscriptions and queues the mail, so a killed worker neither skips nor repeats
one; the mail is written on delivery, with the permissions of that moment.
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
MIN_AGE = timedelta(seconds=20)
"""Minimum age of a change in a digest: a younger one may still be uncommitted."""
HOUR = 7
"""Local hour of daily and weekly digests; weekly ones on Monday."""
MAX_PAGES = 40
"""Maximum number of pages in one mail; further pages are only counted."""
_BATCH_SIZE = 500
"""Maximum number of page ids in one statement."""


def queue_due_digests() -> None:
    """Queue the digests that are due."""
    now = db.utcnow()
    for rhythm in RHYTHMS:
        queue(rhythm, until=due(rhythm, now))


def due(rhythm: str, now: datetime) -> datetime:
    """Return the moment up to which the next digest of a rhythm covers changes."""
    settled = now - MIN_AGE
    if rhythm == "now":
        return settled
    local = i18n.local(settled)
    at = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if at > local:
        at -= timedelta(days=1)
    if rhythm == "weekly":
        at -= timedelta(days=at.weekday())
    return at.astimezone(now.tzinfo)


def queue(rhythm: str, *, until: datetime) -> int:
    """Queue a digest for each subscriber with something new; return their number."""
    due_follows = select(Follow).where(Follow.rhythm == rhythm, Follow.since < until)
    oldest = db.session().scalar(
        select(func.min(Follow.since)).where(Follow.rhythm == rhythm, Follow.since < until)
    )
    if oldest is None or not (changed_targets := _changed_targets(oldest, until)):
        return 0
    by_person: dict[tuple[int | None, str], dict[str, str]] = {}
    with db.write(quiet=True) as session:
        for row in session.scalars(due_follows.order_by(Follow.id)):
            if row.kind == "search" or (row.kind, row.target) in changed_targets:
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
    """Send one person the digest of what is new, if they still follow it and may read it."""
    query = select(Follow).where(Follow.id.in_([int(key) for key in windows]))
    rows = db.session().scalars(query.order_by(Follow.id)).all()
    user = db.session().get(User, user_id) if user_id else None
    if not rows or (user_id and (user is None or user.disabled)):
        return
    actor = people.actor_of(user) if user else people.anonymous_actor()
    windows_by_target = [
        (row.kind, row.target, datetime.fromisoformat(windows[str(row.id)])) for row in rows
    ]
    with mails.in_language(user.lang if user else rows[0].lang):
        news = updates.gather(windows_by_target, until=datetime.fromisoformat(until), actor=actor)
        if news:
            to = user.email if user else rows[0].email
            _send(news, rows, to=to, actor=actor, message_id=message_id)


def _send(
    news: list[updates.PageUpdates],
    rows: Sequence[Follow],
    *,
    to: str,
    actor: Actor,
    message_id: str,
) -> None:
    first_news = news[:MAX_PAGES]
    updates.summarize(first_news, actor=actor)
    mails.send(
        "digest",
        to=to,
        message_id=message_id,
        out=mails.unsubscribe_url(follows=[row.id for row in rows]),
        rhythm=rows[0].rhythm,
        news=first_news,
        others=len(news) - len(first_news),
        excerpt=updates.excerpt,
        has_account=actor.id is not None,
    )


def _changed_targets(since: datetime, until: datetime) -> set[tuple[str, str]]:
    """Return the targets (kind, stored) that may have changed, so that other follows cost no query."""
    ids = {
        page_id
        for row in (Event, Comment)
        for page_id in db.session().scalars(
            select(row.page_id).where(row.created_at > since, row.created_at <= until).distinct()
        )
    }
    pages = select(Page.id, Page.parent_id, Page.form_id, Page.project_id)
    targets: set[tuple[str, str]] = set()
    for batch in _batches(sorted(ids)):
        for row in db.session().execute(pages.where(Page.id.in_(batch))):
            targets |= {("page", str(row.id)), ("tree", str(row.id))}
            targets |= {("form", str(row.form_id))} if row.form_id else set()
            targets |= {("project", str(row.project_id))} if row.project_id else set()
        tags = select(Tag.tag_key).where(Tag.page_id.in_(batch)).distinct()
        targets |= {("tag", tag) for tag in db.session().scalars(tags)}
    return targets | {("tree", str(ancestor)) for ancestor in _ancestors(ids)}


def _ancestors(ids: Iterable[int]) -> set[int]:
    """Return the ids of the ancestors of some pages."""
    rows = db.session().execute(select(Page.id, Page.parent_id).where(Page.parent_id.is_not(None)))
    parents: dict[int, int | None] = {row[0]: row[1] for row in rows}
    ancestors: set[int] = set()
    for page_id in ids:
        parent: int | None = parents.get(page_id)
        while parent is not None and parent not in ancestors:
            ancestors.add(parent)
            parent = parents.get(parent)
    return ancestors


def _batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + _BATCH_SIZE] for at in range(0, len(ids), _BATCH_SIZE))
