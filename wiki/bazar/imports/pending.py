"""Which imports of the command line are in hand: one that was killed is taken up by the next that asks the same.

In the browser it can be handed to the worker; what was begun there is a job, which goes on by itself.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from wiki.bazar.imports import run
from wiki.bazar.imports.models import WAITING, Intake
from wiki.core import db, jobs
from wiki.core.http import Invalid


@contextmanager
def held(intake: Intake) -> Iterator[Intake]:
    """Keep an import in this process's hand. Raises Invalid when another process has it."""
    place = _place(intake)
    with place.open("w") as file:
        try:
            # It ends with the process, however that ends.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Invalid(
                file=_("Another process is at work on import %(number)s.", number=intake.id)
            ) from error
        yield db.session().get_one(Intake, intake.id)
    place.unlink(missing_ok=True)


def left(asked: Intake) -> Intake | None:
    """Return the import that a killed process left in the middle, which asks the very same."""
    same = select(Intake).where(
        Intake.state == WAITING,
        Intake.form_id == asked.form_id,
        Intake.actor_id.is_not_distinct_from(asked.actor_id),
        Intake.data == asked.data,
        Intake.sheet == asked.sheet,
        Intake.match == asked.match,
        Intake.clear == asked.clear,
    )
    found = db.session().scalars(same.order_by(Intake.id))
    return next((one for one in found if one.targets == asked.targets and by_command(one)), None)


def by_command(intake: Intake) -> bool:
    """Answer whether no job brings an import in."""
    kinds = jobs.Job.kind.in_((run.JOB, run.SLOW_JOB))
    payloads = db.session().scalars(select(jobs.Job.payload).where(kinds, jobs.Job.failed == ""))
    return all(payload.get("intake_id") != intake.id for payload in payloads)


def was_left(intake: Intake) -> bool:
    """Answer whether a command left an import in the middle of bringing it in, or of taking it back."""
    return intake.is_at_work and by_command(intake) and not _is_held(intake)


def go_on(intake: Intake) -> None:
    """Let the worker do what a command left."""
    if was_left(intake):
        run.hand_on(intake)


def _place(intake: Intake) -> Path:
    instance: Path = current_app.config["GARE"].instance
    return instance / f"import-{intake.id}.lock"


def _is_held(intake: Intake) -> bool:
    try:
        with _place(intake).open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
