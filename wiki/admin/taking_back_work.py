"""Taking back as the worker does it: pages, then comments and signs, with a note of how far it is.

Each step and the note of it are one transaction: killed in the middle, it goes on with what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.admin import taking_back, talk_taken_back
from wiki.admin.models import DONE, TakingBack
from wiki.core import db, i18n, jobs
from wiki.core.access import Actor

JOB = "admin.taking_back"
COUNTED = ("pages", "comments", "signs")

Progress = Callable[[int, int, int], object]
"""Told how many pages and comments are behind, of how many of both."""


def begin(who: User | None, since: datetime, *, total: int, actor: Actor) -> TakingBack:
    """Have the worker take back what was seen, `total` things."""
    made = TakingBack(
        who_id=who.id if who else None,
        since=since,
        actor_id=actor.id,
        lang=i18n.language(),
        total=total,
        report=dict.fromkeys(COUNTED, 0),
        created_at=db.utcnow(),
    )
    with db.write(quiet=True) as session:
        session.add(made)
        session.flush()
        jobs.enqueue(session, JOB, number=made.id)
    return made


def work(*, number: int) -> None:
    """Take back what is still to be: the job."""
    asked = db.session().get(TakingBack, number)
    if asked is None or not asked.is_at_work:
        return
    who = db.session().get_one(User, asked.who_id) if asked.who_id else None
    asker = db.session().get(User, asked.actor_id) if asked.actor_id else None
    actor = people.actor_of(asker) if asker and not asker.disabled else people.anonymous()
    if not actor.is_admin:
        _end(number, {})
        return
    before = {name: int(asked.report.get(name, 0)) for name in COUNTED}
    with force_locale(asked.lang or i18n.language()):
        report = take_all(who, asked.since, actor=actor, progress=_note(number, before))
    _end(number, {name: count + before.get(name, 0) for name, count in report.items()})


def take_all(
    who: User | None, since: datetime, *, actor: Actor, progress: Progress
) -> dict[str, int]:
    """Take back pages, comments and signs; return how many of each, and how many pages are left."""
    steps = taking_back.plan(who, since, actor=actor)
    said = talk_taken_back.plan(who, since, actor=actor, but=taking_back.to_trash(steps))
    todo = [step for step in steps if step.to is not None]
    pages, total = len(todo), len(todo) + len(said)
    done, _left = taking_back.take_back(
        todo, actor=actor, progress=lambda place, _total: progress(place, 0, total)
    )
    removed = talk_taken_back.take_back(
        said, actor=actor, progress=lambda place, _total: progress(pages, place, total)
    )
    signs = talk_taken_back.take_signs_back(who, since)
    left = len(steps) - len(done)
    return {"pages": len(done), "comments": removed, "signs": signs, "left": left}


def _note(number: int, before: Mapping[str, int]) -> Progress:
    """Return what notes how far it is; begun again after a kill, it counts on from what was noted."""
    past = before["pages"] + before["comments"]

    def note(pages: int, comments: int, total: int) -> None:
        done = pages + comments
        counted = {"pages": before["pages"] + pages, "comments": before["comments"] + comments}
        with db.write(quiet=True) as session:
            current = session.get_one(TakingBack, number)
            current.done, current.total = past + done, past + total
            current.report = current.report | counted

    return note


def _end(number: int, report: dict[str, Any]) -> None:
    with db.write(quiet=True) as session:
        current = session.get_one(TakingBack, number)
        current.state, current.report, current.ended_at = DONE, report, db.utcnow()
