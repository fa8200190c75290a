"""Taking back as the worker does it: pages, files, comments and signs, with a note of how far it is.

Each step and the note of it are one transaction: killed in the middle, it goes on with what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.admin.models import DONE, TakingBack
from wiki.admin.rollback import comments, files, pages
from wiki.core import db, i18n, jobs
from wiki.core.access import Actor
from wiki.core.http import Invalid

JOB = "admin.taking_back"
COUNTED = ("pages", "files", "comments", "signs")

Progress = Callable[[Mapping[str, int], int], object]
"""Told how many of each are behind, of how many in all."""


@dataclass(frozen=True)
class Plan:
    """All that is to be taken back of someone."""

    steps: Sequence[pages.Step]
    laid: Sequence[files.Laid]
    said: Sequence[comments.Said]
    signs: int

    @property
    def todo(self) -> list[pages.Step]:
        """The pages that come back, or go."""
        return [step for step in self.steps if step.to is not None]

    @property
    def left(self) -> list[pages.Step]:
        """The pages on which there is nothing to do but look."""
        return [step for step in self.steps if step.to is None]

    @property
    def total(self) -> int:
        """How many steps it takes."""
        return len(self.todo) + len(self.laid) + len(self.said)


def asked(who: str, since: str) -> tuple[User | None, datetime]:
    """Return whose changes and since when, as typed, in the wiki's time. Raises Invalid."""
    user = people.find_user(who) if who else None
    errors = {} if user or not who else {"who": _("Nobody has this name here.")}
    try:
        moment = datetime.fromisoformat(since)
        moment = moment.replace(tzinfo=i18n.zone()).astimezone(UTC)
    except (ValueError, OverflowError):
        errors["since"] = _("Write the day and the hour.")
    if errors:
        raise Invalid(**errors)
    return user, moment


def planned(who: User | None, since: datetime, *, actor: Actor) -> Plan:
    """Return what there is to take back; what hangs on pages that go to the trash goes with them."""
    steps = pages.plan(who, since, actor=actor)
    gone = pages.to_trash(steps)
    return Plan(
        steps,
        files.plan(who, since, actor=actor, but=gone),
        comments.plan(who, since, actor=actor, but=gone),
        comments.signs(who, since),
    )


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
    """Take back pages, files, comments and signs; return how many of each, and how many pages are left."""
    plan = planned(who, since, actor=actor)
    counted = dict.fromkeys(("pages", "files", "comments"), 0)

    def at(name: str) -> Callable[[int, int], object]:
        def note(place: int, _total: int) -> None:
            counted[name] = place
            progress(counted, plan.total)

        return note

    done, _left = pages.take_back(plan.todo, actor=actor, progress=at("pages"))
    taken = files.take_back(plan.laid, actor=actor, progress=at("files"))
    removed = comments.take_back(plan.said, actor=actor, progress=at("comments"))
    signs = comments.take_signs_back(who, since)
    left = len(plan.steps) - len(done)
    return {
        "pages": len(done), "files": taken, "comments": removed, "signs": signs, "left": left,
    }  # fmt: skip


def _note(number: int, before: Mapping[str, int]) -> Progress:
    """Return what notes how far it is; begun again after a kill, it counts on from what was noted."""
    past = sum(before.values())

    def note(counted: Mapping[str, int], total: int) -> None:
        with db.write(quiet=True) as session:
            current = session.get_one(TakingBack, number)
            current.done, current.total = past + sum(counted.values()), past + total
            so_far = {name: before[name] + count for name, count in counted.items()}
            current.report = current.report | so_far

    return note


def _end(number: int, report: dict[str, Any]) -> None:
    with db.write(quiet=True) as session:
        current = session.get_one(TakingBack, number)
        current.state, current.report, current.ended_at = DONE, report, db.utcnow()
