"""Imports from the command line: begun and finished at once, told in lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from wiki.bazar.forms import forms
from wiki.bazar.imports import mapping, pending, run, tables
from wiki.bazar.imports.models import DONE, UNDOING, Intake
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Invalid


@dataclass
class Report:
    """What an import did or would do; `problems` a line each; `number` is what takes it back."""

    created: int = 0
    changed: int = 0
    same: int = 0
    problems: list[str] = field(default_factory=list)
    number: int = 0


def bring_file(
    key: str,
    file: Path,
    *,
    actor: Actor,
    columns: Mapping[str, str],
    match: str | None = None,
    clear: bool = False,
    dry_run: bool = False,
    sheet: str = "",
    progress: run.Progress,
) -> Report:
    """Bring a file into a form, or say what it would do; `match` None is guessed, `sheet` a name. Raises Invalid.

    Asked for again after a kill, it goes on where it was.
    """
    form = forms.form_named(key)
    if form is None:
        raise Invalid(form=_("There is no form called %(name)s.", name=key))
    begun = run.begin(form, file.read_bytes(), file_name=file.name, actor=actor)
    try:
        table = _chosen(begun, sheet, actor)
        targets = mapping.named(form, actor, table, columns)
        chosen = mapping.guess_match(form, actor, targets) if match is None else match
        run.set_up(begun, table, targets=targets, match=chosen, clear=clear, actor=actor)
    except Invalid:
        _forget(begun)
        raise
    intake = db.session().get_one(Intake, begun.id)
    if dry_run:
        return _tried(intake, table, actor)
    killed = pending.left(intake)
    if killed is not None:
        _forget(intake)
    with pending.held(killed or intake) as at_work:
        if killed is None:
            run.start(at_work, by_worker=False)
        return _told(run.finish(at_work.id, actor=actor, progress=progress))


def take_back(number: int, *, progress: run.Progress) -> Report | None:
    """Take an import back, as who brought it in; None when there is none to take back. Raises Invalid."""
    intake = db.session().get(Intake, number)
    if intake is None or intake.state not in (DONE, UNDOING):
        return None
    if intake.state == UNDOING and not pending.by_command(intake):
        return None
    with pending.held(intake):
        run.start_undo(intake, by_worker=False)
        found = run.finish(number, actor=run.actor_of(intake), progress=progress)
    return Report(0, 0, 0, _lines(found.problems), number)


def _chosen(begun: Intake, sheet: str, actor: Actor) -> tables.Table:
    """Return the table of the sheet that is named, the first that has rows when none is."""
    table = run.table_of(begun)
    if not sheet:
        return table
    if sheet not in table.sheets:
        raise Invalid(sheet=_("There is no sheet called %(name)s.", name=sheet))
    run.choose_sheet(begun, list(table.sheets).index(sheet), actor=actor)
    return run.table_of(db.session().get_one(Intake, begun.id))


def _forget(begun: Intake) -> None:
    with db.write(quiet=True) as session:
        session.delete(session.get_one(Intake, begun.id))


def _tried(intake: Intake, table: tables.Table, actor: Actor) -> Report:
    trial = run.try_out(intake, table, actor=actor)
    _forget(intake)
    problems = [{"line": one.line, "errors": one.errors} for one in trial.problems]
    counts = trial.counts
    return Report(counts["create"], counts["change"], counts["same"], _lines(problems))


def _told(intake: Intake) -> Report:
    problems = _lines(intake.problems)
    return Report(intake.created, intake.changed, intake.same, problems, intake.id)


def _lines(problems: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"line {one['line']}: " + "; ".join(" ".join(pair).strip() for pair in one["errors"])
        for one in problems
    ]
