"""Imports at work: begun, tried without saving, brought in and taken back batch by batch.

A batch and the count of what is done are one transaction, so a job that is killed goes on where it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.bazar.entries import entries
from wiki.bazar.imports import downloads, mapping, tables, undo
from wiki.bazar.imports.models import (
    DONE,
    DRAFT,
    MOST_PROBLEMS,
    UNDOING,
    WAITING,
    Intake,
    IntakeRow,
)
from wiki.bazar.imports.rows import Judge, Plan, Verdict
from wiki.bazar.models import Form
from wiki.core import db, i18n, jobs
from wiki.core.access import SYSTEM, Actor
from wiki.core.http import Invalid
from wiki.pages import save
from wiki.pages.content import Content
from wiki.pages.models import Page

JOB, SLOW_JOB = "bazar.intake", "bazar.intake.files"
BATCH = 25
"""Rows in one transaction: who saves meanwhile waits for a batch at most."""
SLICE = 1000
"""Rows in one run of the job, which then lets others run."""
SECONDS = 45
"""Past these, a run with files to fetch leaves the rest to the next: a job is lent for minutes only."""
FETCHED = 10
"""Files fetched before each transaction."""
TRIED_AT_ONCE = 250
DRAFTS_KEPT = 5

Progress = Callable[[int, int], None]


@dataclass
class Trial:
    """What an import would do: how many rows of each outcome, and the first verdicts that are bad."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Verdict] = field(default_factory=list)


def begin(form: Form, sent: bytes, *, file_name: str, actor: Actor) -> Intake:
    """Keep a file to bring in, with a guessed mapping. Raises Invalid (`file`)."""
    data = tables.taken(sent)
    sheet = tables.first_sheet(data)
    table = tables.read(data, sheet=sheet)
    targets = mapping.guess(form, actor, table)
    made = Intake(
        form_id=form.id,
        actor_id=actor.id,
        actor_name=actor.display_name,
        lang=i18n.language(),
        file_name=file_name[:200],
        data=data,
        sheet=sheet,
        targets=targets,
        match=mapping.guess_match(form, actor, targets),
        total=len(table.rows),
        created_at=db.utcnow(),
    )
    with db.write(quiet=True) as session:
        _drop_drafts(session, form, actor)
        session.add(made)
        session.flush()
    return made


def set_up(
    intake: Intake,
    table: tables.Table,
    *,
    targets: Sequence[str],
    match: str,
    clear: bool,
    actor: Actor,
) -> None:
    """Keep a mapping as it was chosen. Raises Invalid (`targets`, `match`)."""
    form = form_of(intake)
    mapping.checked(form, actor, table, targets, match)
    with db.write(quiet=True) as session:
        current = session.get_one(Intake, intake.id)
        current.targets, current.match, current.clear = list(targets), match, clear


def choose_sheet(intake: Intake, sheet: int, *, actor: Actor) -> None:
    """Take another sheet of the spreadsheet, with its own guessed mapping. Raises Invalid (`file`)."""
    form, table = form_of(intake), tables.read(intake.data, sheet=sheet)
    targets = mapping.guess(form, actor, table)
    with db.write(quiet=True) as session:
        current = session.get_one(Intake, intake.id)
        current.sheet, current.targets, current.total = sheet, targets, len(table.rows)
        current.match = mapping.guess_match(form, actor, targets)


def table_of(intake: Intake) -> tables.Table:
    """Return the table that an import brings in. Raises Invalid (`file`)."""
    return tables.read(intake.data, sheet=intake.sheet)


def try_out(intake: Intake, table: tables.Table, *, actor: Actor) -> Trial:
    """Return what the import would do; nothing is saved."""
    judge, trial = Judge(_plan(intake, form_of(intake), actor)), Trial()
    for begins in range(0, len(table.rows), TRIED_AT_ONCE):
        for verdict in judge.judge(table.rows[begins : begins + TRIED_AT_ONCE]):
            trial.counts[verdict.outcome] += 1
            if verdict.outcome == "bad" and len(trial.problems) < MOST_PROBLEMS:
                trial.problems.append(verdict)
    return trial


def start(intake: Intake, *, by_worker: bool = True) -> None:
    """Let the worker bring it in; or leave that to `finish`."""
    _hand_over(intake, DRAFT, WAITING, by_worker=by_worker)


def start_undo(intake: Intake, *, by_worker: bool = True) -> None:
    """Let the worker take it back; or leave that to `finish`."""
    _hand_over(intake, DONE, UNDOING, by_worker=by_worker)


def hand_on(intake: Intake) -> None:
    """Let the worker go on with what another process began."""
    with db.write(quiet=True) as session:
        jobs.enqueue(session, _kind(intake), intake_id=intake.id)


def work(*, intake_id: int) -> None:
    """Do a slice of what an import has to do, and ask for the next: the job."""
    intake = db.session().get(Intake, intake_id)
    if intake is None or not intake.is_at_work:
        return
    actor = actor_of(intake)
    with force_locale(intake.lang or i18n.language()):
        step(intake_id, actor=actor)
    with db.write(quiet=True) as session:
        current = session.get_one(Intake, intake_id)
        if current.is_at_work:
            jobs.enqueue(session, _kind(current), intake_id=intake_id)


def finish(intake_id: int, *, actor: Actor, progress: Progress) -> Intake:
    """Do all that an import has to do, here and now: for the command line."""
    while (intake := db.session().get_one(Intake, intake_id)).is_at_work:
        step(intake_id, actor=actor)
        progress(db.session().get_one(Intake, intake_id).done, intake.total)
    return intake


def step(intake_id: int, *, actor: Actor) -> None:
    """Bring in, or take back, a slice of the rows."""
    intake = db.session().get_one(Intake, intake_id)
    if intake.state == UNDOING:
        for _at in range(0, SLICE, BATCH):
            if not undo.undo_batch(intake_id, actor, BATCH):
                return
        return
    form, table = form_of(intake), table_of(intake)
    judge = Judge(_plan(intake, form, actor))
    judge.meet(table.rows[: intake.done])
    files, until, done = downloads.columns(form, intake.targets), monotonic() + SECONDS, intake.done
    some = max(1, FETCHED // files) if files else BATCH
    for begins in range(done, done + SLICE, some):
        if files:
            _fetch(judge, table.rows[begins : begins + some])
        if not _bring_batch(intake_id, table, judge, actor, some) or monotonic() > until:
            return


def form_of(intake: Intake) -> Form:
    """Return the form an import is for."""
    return db.session().get_one(Form, intake.form_id)


def actor_of(intake: Intake) -> Actor:
    """Return who brings it in, with the rights they have now; the wiki itself when nobody is named."""
    if intake.actor_id is None:
        return SYSTEM
    user = db.session().get(User, intake.actor_id)
    return people.actor_of(user) if user and not user.disabled else people.anonymous_actor()


def _plan(intake: Intake, form: Form, actor: Actor) -> Plan:
    return Plan(form, actor, tuple(intake.targets), intake.match, intake.clear)


def _hand_over(intake: Intake, before: str, after: str, *, by_worker: bool) -> None:
    with db.write(quiet=True) as session:
        current = session.get_one(Intake, intake.id)
        if current.state != before:
            return
        current.state, current.done = after, 0
        if after == UNDOING:
            current.problems, current.bad = [], 0
        if by_worker:
            jobs.enqueue(session, _kind(current), intake_id=intake.id)


def _kind(intake: Intake) -> str:
    """Return the kind of job: one that fetches files is done beside the others."""
    files = downloads.columns(form_of(intake), intake.targets)
    return SLOW_JOB if files and intake.state == WAITING else JOB


def _fetch(judge: Judge, rows: Sequence[tables.Row]) -> None:
    """Fetch the files that these rows wait for, while nobody else has to."""
    for verdict in judge.judge(rows):
        for spec, url in verdict.awaits:
            key = (spec.type, url)
            if key not in judge.plan.files:
                judge.plan.files[key] = downloads.fetch(spec, url)


def _bring_batch(
    intake_id: int, table: tables.Table, judge: Judge, actor: Actor, some: int
) -> bool:
    """Bring in the next rows; answer whether there are more."""
    with db.write() as session:
        intake = session.get_one(Intake, intake_id)
        if intake.state != WAITING:
            return False
        # Held, so that the session loads it once a batch.
        form = session.get_one(Form, intake.form_id)
        rows = table.rows[intake.done : intake.done + some]
        for verdict in judge.judge(rows):
            _bring(session, intake, verdict, form, actor)
        intake.done += len(rows)
        if intake.done >= len(table.rows):
            intake.state, intake.data, intake.finished_at = DONE, b"", db.utcnow()
        return intake.state == WAITING


def _bring(session: Session, intake: Intake, verdict: Verdict, form: Form, actor: Actor) -> None:
    if verdict.awaits:
        errors = [(spec.label, _("This file was not fetched.")) for spec, _url in verdict.awaits]
        intake.report(verdict.line, errors)
        return
    if verdict.content is None:
        intake.report(verdict.line, verdict.errors)
        return
    before = verdict.page.revision_no if verdict.page else 0
    stamp = save.Stamp(summary=_("Import of %(file)s", file=intake.file_name))
    try:
        with session.begin_nested():
            page = _saved(verdict, verdict.content, form, actor, stamp)
    except (Invalid, save.Gone) as error:
        said = error.errors if isinstance(error, Invalid) else {"": _("This entry is gone.")}
        labels = {spec.key: spec.label for spec in form.specs()}
        intake.report(verdict.line, [(labels.get(key, ""), text) for key, text in said.items()])
        return
    if page.revision_no == before:
        intake.same += 1
        return
    intake.created, intake.changed = intake.created + (not before), intake.changed + bool(before)
    session.add(
        IntakeRow(
            intake_id=intake.id,
            line=verdict.line,
            page_id=page.id,
            before=before,
            after=page.revision_no,
        )
    )


def _saved(verdict: Verdict, content: Content, form: Form, actor: Actor, stamp: save.Stamp) -> Page:
    if verdict.page is None:
        return entries.create(form, content, actor, name=verdict.name, stamp=stamp)
    return save.save(verdict.page, content, base=None, author=actor, stamp=stamp)


def _drop_drafts(session: Session, form: Form, actor: Actor) -> None:
    """Forget the files that were chosen and never brought in, but for the last."""
    mine = select(Intake.id).where(
        Intake.form_id == form.id, Intake.actor_id == actor.id, Intake.state == DRAFT
    )
    old = session.scalars(mine.order_by(Intake.id.desc()).offset(DRAFTS_KEPT - 1)).all()
    session.execute(delete(Intake).where(Intake.id.in_(old)))
