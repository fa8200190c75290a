"""The rollback job of the worker: pages, files, comments and reactions, with progress.

Each step and its progress are one transaction, so that a killed job resumes where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.admin.models import DONE, Rollback
from wiki.admin.rollback import comments, files, pages
from wiki.core import db, i18n, jobs
from wiki.core.access import Actor
from wiki.core.http import Invalid

JOB = "admin.taking_back"
REPORT_KEYS = ("pages", "files", "comments", "signs")

Progress = Callable[[Mapping[str, int], int], object]
"""Called with the number done by kind, and the total."""


@dataclass(frozen=True)
class Plan:
    """All changes of someone that a rollback would undo."""

    steps: Sequence[pages.Step]
    laid: Sequence[files.PlannedFile]
    said: Sequence[comments.PlannedComment]
    signs: int

    @property
    def todo(self) -> list[pages.Step]:
        """The pages to restore or put in the trash."""
        return [step for step in self.steps if step.to is not None]

    @property
    def left(self) -> list[pages.Step]:
        """The pages that someone must review by hand."""
        return [step for step in self.steps if step.to is None]

    @property
    def total(self) -> int:
        """The number of steps."""
        return len(self.todo) + len(self.laid) + len(self.said)


def parse_request(who: str, since: str) -> tuple[User | None, datetime]:
    """Parse a name or e-mail ("": no account) and a moment in the wiki's time zone. Raises Invalid."""
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


def make_plan(who: User | None, since: datetime, *, actor: Actor) -> Plan:
    """Return the changes to roll back; leave out files and comments of pages that go to the trash."""
    steps = pages.plan(who, since, actor=actor)
    trashed_ids = pages.to_trash(steps)
    return Plan(
        steps,
        files.plan(who, since, actor=actor, but=trashed_ids),
        comments.plan(who, since, actor=actor, but=trashed_ids),
        comments.count_reactions(who, since),
    )


def begin(who: User | None, since: datetime, *, total: int, actor: Actor) -> Rollback:
    """Queue the rollback of a plan with `total` steps."""
    rollback = Rollback(
        who_id=who.id if who else None,
        since=since,
        actor_id=actor.id,
        lang=i18n.language(),
        total=total,
        report=dict.fromkeys(REPORT_KEYS, 0),
        created_at=db.utcnow(),
    )
    with db.write(quiet=True) as session:
        session.add(rollback)
        session.flush()
        jobs.enqueue(session, JOB, number=rollback.id)
    return rollback


def work(*, number: int) -> None:
    """Run the rollback job, or resume it."""
    rollback = db.session().get(Rollback, number)
    if rollback is None or not rollback.is_at_work:
        return
    who = db.session().get_one(User, rollback.who_id) if rollback.who_id else None
    admin = db.session().get(User, rollback.actor_id) if rollback.actor_id else None
    actor = people.actor_of(admin) if admin and not admin.disabled else people.anonymous_actor()
    if not actor.is_admin:
        _finish(number, {})
        return
    earlier_counts = {name: int(rollback.report.get(name, 0)) for name in REPORT_KEYS}
    with force_locale(rollback.lang or i18n.language()):
        report = roll_back(
            who, rollback.since, actor=actor, progress=_progress_recorder(number, earlier_counts)
        )
    _finish(number, {name: count + earlier_counts.get(name, 0) for name, count in report.items()})


def roll_back(
    who: User | None, since: datetime, *, actor: Actor, progress: Progress
) -> dict[str, int]:
    """Roll back pages, files, comments and reactions; return counts by kind, and of pages `left` alone."""
    plan = make_plan(who, since, actor=actor)
    counts = dict.fromkeys(("pages", "files", "comments"), 0)

    def progress_of(name: str) -> Callable[[int, int], object]:
        def note(place: int, _total: int) -> None:
            counts[name] = place
            progress(counts, plan.total)

        return note

    done, _left = pages.take_back(plan.todo, actor=actor, progress=progress_of("pages"))
    files_removed = files.take_back(plan.laid, actor=actor, progress=progress_of("files"))
    comments_removed = comments.take_back(plan.said, actor=actor, progress=progress_of("comments"))
    signs = comments.remove_reactions(who, since)
    left = len(plan.steps) - len(done)
    return {
        "pages": len(done), "files": files_removed, "comments": comments_removed, "signs": signs, "left": left,
    }  # fmt: skip


def _progress_recorder(number: int, before: Mapping[str, int]) -> Progress:
    """Return a callback that records progress, added to the counts `before` of an interrupted run."""
    done_before = sum(before.values())

    def record(counts: Mapping[str, int], total: int) -> None:
        with db.write(quiet=True) as session:
            rollback = session.get_one(Rollback, number)
            rollback.done, rollback.total = done_before + sum(counts.values()), done_before + total
            so_far = {name: before[name] + count for name, count in counts.items()}
            rollback.report = rollback.report | so_far

    return record


def _finish(number: int, report: dict[str, int]) -> None:
    with db.write(quiet=True) as session:
        rollback = session.get_one(Rollback, number)
        rollback.state, rollback.report, rollback.ended_at = DONE, report, db.utcnow()
