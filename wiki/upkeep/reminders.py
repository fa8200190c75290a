"""Mails that come by themselves: three things a week for gardeners, and mandates that end.

What is sent is written down in the transaction that queues it, so that a killed worker tells nobody twice;
each mail is written when it leaves, with the rights of that moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask import g, url_for
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from wiki.accounts import people
from wiki.accounts.models import Membership, User
from wiki.bazar.entries import entries
from wiki.bazar.fields.date import moment_of
from wiki.bazar.forms import forms
from wiki.bazar.models import EntryValue
from wiki.core import db, i18n, jobs, mail
from wiki.core.access import Actor
from wiki.core.http import absolute_url
from wiki.core.names import fold
from wiki.pages import find as pages
from wiki.pages.models import Page
from wiki.projects import find
from wiki.projects.models import Project
from wiki.subscriptions import digest, follows, mails
from wiki.upkeep.chores import Chore, chores
from wiki.upkeep.models import Reminded

GARDENING, GARDENING_MAIL = "upkeep.gardening", "upkeep.gardening-mail"
MANDATES, MANDATE_MAIL = "upkeep.mandates", "upkeep.mandate-mail"
EVERY = timedelta(hours=1)
FRESH = timedelta(days=1)
"""How long after its hour a weekly turn is still worth a mail."""
THINGS = 3
AHEAD = timedelta(days=30)
FORGOTTEN = timedelta(days=400)
LOOK_AFTER = ("referent", "gardener")


def gardening(now: datetime | None = None) -> None:
    """On Monday, queue a mail for each person who looks after a station."""
    now = now or db.utcnow()
    week = digest.due("weekly", now)
    if now - week > FRESH:
        return
    asked = (
        select(Membership.user_id)
        .join(Project, Project.group_id == Membership.group_id)
        .where(Membership.role.in_(LOOK_AFTER), Project.closed_at.is_(None))
        .distinct()
    )
    with db.write(quiet=True) as session:
        session.execute(delete(Reminded).where(Reminded.at < now - FORGOTTEN))
        for user_id in sorted(session.scalars(asked)):
            if follows.wants("gardening", user_id):
                _remind(session, f"gardening {week:%Y-%m-%d}", user_id, GARDENING_MAIL)


def deliver_gardening(*, user_id: int, message_id: str) -> None:
    """Send a person the three things that press most in the stations they look after now."""
    user = db.session().get(User, user_id)
    if user is None or user.disabled or not follows.wants("gardening", user_id):
        return
    actor = people.actor_of(user)
    with mails.in_language(user.lang), _acting(actor):
        things = three_things(actor)
        if things:
            mails.send(
                "gardening",
                to=user.email,
                message_id=message_id,
                out=mails.unsubscribe_url(switch="gardening", person=user_id),
                things=[(project, one, _whole(one.url)) for project, one in things],
                person=user,
            )


def three_things(actor: Actor) -> list[tuple[Project, Chore]]:
    """Return what presses most in all the stations a person looks after: of each in turn, at most three."""
    lists = [
        [(project, one) for one in chores(project, page, actor=actor)]
        for project, found in find.mine(actor)
        if find.role_in(project, actor) in LOOK_AFTER
        and (page := pages.page_by_id(found.id, actor=actor))
    ]
    turns = [(place, one) for listed in lists for place, one in enumerate(_varied(listed))]
    ranked = sorted(turns, key=lambda turn: (turn[0], turn[1][1].rank, turn[1][0].id))
    return [one for _place, one in ranked[:THINGS]]


def mandates() -> None:
    """Queue a mail to who holds a mandate and to the project's referents, a month before and at its end."""
    form = forms.form_of_model("roles")
    if form is None:
        return
    today = i18n.today()
    since, end = i18n.midnight(today - AHEAD), i18n.midnight(today + AHEAD + timedelta(days=1))
    ending = (
        select(Page)
        .join(EntryValue, EntryValue.page_id == Page.id)
        .where(
            Page.trashed_at.is_(None),
            EntryValue.form_id == form.id,
            EntryValue.field == "until",
            EntryValue.number < end.timestamp(),
            EntryValue.number >= since.timestamp(),
        )
        .options(joinedload(Page.head))
    )
    with db.write(quiet=True) as session:
        for page in session.scalars(ending):
            until = str(page.head.data.get("until") or "")
            stage = "over" if moment_of(until).date() < today else "soon"
            for user_id in sorted(_told(session, page)):
                about = f"mandate {page.id} {until} {stage}"
                if follows.wants("mandates", user_id):
                    _remind(session, about, user_id, MANDATE_MAIL, page_id=page.id, until=until)


def deliver_mandate(*, page_id: int, until: str, user_id: int, message_id: str) -> None:
    """Tell one person of a mandate that ends, if it still does and they may read it."""
    user = db.session().get(User, user_id)
    if user is None or user.disabled or not follows.wants("mandates", user_id):
        return
    page = pages.page_by_id(page_id, actor=people.actor_of(user))
    if page is None or page.form_id is None or page.head.data.get("until") != until:
        return
    with mails.in_language(user.lang):
        specs = forms.readable_specs(entries.form_of(page), people.actor_of(user), page.owner_id)
        read = {spec.key: page.head.data.get(spec.key) for spec in specs}
        if "until" in read:
            mails.send(
                "mandate",
                to=user.email,
                message_id=message_id,
                out=mails.unsubscribe_url(switch="mandates", person=user_id),
                page=page,
                day=moment_of(until),
                is_over=moment_of(until).date() < i18n.today(),
                holder=_words(read.get("holder")),
                following=_words(read.get("next")),
                link=absolute_url(url_for("pages.show", name=page.name)),
            )


@contextmanager
def _acting(actor: Actor) -> Iterator[None]:
    """Let what platforms say be said to this person, as at their own request."""
    before = g.get("actor")
    g.actor = actor
    try:
        yield
    finally:
        g.pop("actor")
        if before is not None:
            g.actor = before


def _remind(session: Session, about: str, user_id: int, job: str, **more: Any) -> None:
    if session.get(Reminded, (about, user_id)) is None:
        session.add(Reminded(about=about, user_id=user_id, at=db.utcnow()))
        jobs.enqueue(session, job, user_id=user_id, message_id=mail.message_id(), **more)


def _varied(found: Iterable[tuple[Project, Chore]]) -> list[tuple[Project, Chore]]:
    """Put the first of each kind before the second of any."""
    seen: dict[str, int] = {}
    turns = []
    for one in found:
        seen[one[1].kind] = seen.get(one[1].kind, 0) + 1
        turns.append((seen[one[1].kind], one))
    return [one for _turn, one in sorted(turns, key=lambda turn: turn[0])]


def _told(session: Session, page: Page) -> set[int]:
    """Return who is told of a mandate: who holds it, by the name in the entry, and the referents."""
    project = session.get(Project, page.project_id) if page.project_id else None
    if project is None:
        return _holders(session, page, None)
    referents = {one.user.id for one in find.members(project) if one.role == "referent"}
    return referents | _holders(session, page, project)


def _holders(session: Session, page: Page, project: Project | None) -> set[int]:
    """Return the accounts that the entry names: those it points to, or the one that bears the name."""
    held = page.head.data.get("holder")
    if isinstance(held, list):
        return {one for one in held if isinstance(one, int)}
    name = fold(str(held or ""))
    known = (
        [one.user for one in find.members(project)]
        if project
        else list(session.scalars(select(User)))
    )
    named = [user for user in known if name and name in {user.name_key, fold(user.display_name)}]
    # A name that two bear is nobody's.
    return {named[0].id} if len(named) == 1 else set()


def _whole(url: str) -> str:
    return absolute_url(url) if url.startswith("/") else url


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""
