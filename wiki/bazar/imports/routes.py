"""The screens of imports: a file, its columns and what they would do, how far it is, what it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.builder import design
from wiki.bazar.forms import forms
from wiki.bazar.imports import mapping, pending, run, tables
from wiki.bazar.imports.models import DONE, DRAFT, Intake
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.pages.throttle import TooMany, count_save

blueprint = Blueprint("imports", __name__)

SHOWN_ROWS = 5
SHOWN_PROBLEMS = 200
LAST = 20


@blueprint.get("/-/forms/<form_key>/imports")
@audience("signed-in")
def index(form_key: str) -> Response:
    """Ask for a file, and list the last imports."""
    return _index(designed_or_403(form_key))


@blueprint.post("/-/forms/<form_key>/imports")
@audience("signed-in")
def upload(form_key: str) -> BaseResponse:
    """Keep a file, and go on to its columns."""
    found, sent = designed_or_403(form_key), request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid(file=_("Choose a file."))
        count_save()
        data = sent.stream.read(tables.LARGEST + 1)
        made = run.begin(found, data, file_name=sent.filename, actor=current_actor())
    except Invalid as error:
        return _index(found, errors=error.errors, status=422)
    except TooMany:
        abort(429)
    return see_other(_url(found, made))


@blueprint.get("/-/forms/<form_key>/imports/<int:number>")
@audience("signed-in")
def show(form_key: str, number: int) -> Response:
    """Show an import: its columns while it waits for a word, then how far it is and what it did."""
    form = designed_or_403(form_key)
    intake = _intake_or_404(form, number)
    if intake.state == DRAFT:
        return _draft(form, intake)
    return _progress(form, intake)


@blueprint.post("/-/forms/<form_key>/imports/<int:number>")
@audience("signed-in")
def change(form_key: str, number: int) -> BaseResponse:
    """Keep the columns as chosen; with the button that says so, bring the file in."""
    form = designed_or_403(form_key)
    intake = _intake_or_404(form, number)
    if intake.state != DRAFT:
        return see_other(_url(form, intake))
    actor = current_actor()
    if "choose_sheet" in request.form:
        return _other_sheet(form, intake, actor)
    table = run.table_of(intake)
    targets = [request.form.get(f"column-{at}", "") for at in range(len(table.columns))]
    match, clear = request.form.get("match", ""), "clear" in request.form
    if match and match not in targets:
        match = mapping.guess_match(form, actor, targets)
    try:
        run.set_up(intake, table, targets=targets, match=match, clear=clear, actor=actor)
    except Invalid as error:
        intake.targets, intake.match, intake.clear = targets, match, clear
        return _draft(form, intake, errors=error.errors, status=422)
    if "start" in request.form:
        run.start(intake)
    return see_other(_url(form, intake))


@blueprint.post("/-/forms/<form_key>/imports/<int:number>/undo")
@audience("signed-in")
def undo(form_key: str, number: int) -> BaseResponse:
    """Take a whole import back."""
    form = designed_or_403(form_key)
    intake = _intake_or_404(form, number)
    run.start_undo(intake)
    return see_other(_url(form, intake))


@blueprint.post("/-/forms/<form_key>/imports/<int:number>/continuation")
@audience("signed-in")
def go_on(form_key: str, number: int) -> BaseResponse:
    """Let the worker end what a command was killed in the middle of."""
    form = designed_or_403(form_key)
    intake = _intake_or_404(form, number)
    pending.go_on(intake)
    return see_other(_url(form, intake))


@blueprint.post("/-/forms/<form_key>/imports/<int:number>/removal")
@audience("signed-in")
def drop(form_key: str, number: int) -> BaseResponse:
    """Forget a file that was not brought in."""
    form = designed_or_403(form_key)
    intake = _intake_or_404(form, number)
    if intake.state != DRAFT:
        abort(409)
    with db.write(quiet=True) as session:
        session.delete(session.get_one(Intake, intake.id))
    flash(_("The file is forgotten: nothing was brought in."), "success")
    return see_other(url_for("bazar.imports.index", form_key=form.key))


def designed_or_403(key: str) -> Form:
    """Return a form that the actor may design and add entries to. Aborts 404, 403."""
    form = design.designed_or_403(key)
    return form if forms.may_add(form, current_actor()) else abort(403)


def _mine(form: Form, actor: Actor) -> Select[Intake]:
    """Return the query of the imports that this actor may see: their own; of admins, all."""
    query = select(Intake).where(Intake.form_id == form.id)
    return query if actor.is_admin else query.where(Intake.actor_id == actor.id)


def _intake_or_404(form: Form, number: int) -> Intake:
    query = _mine(form, current_actor()).where(Intake.id == number)
    found: Intake | None = db.session().scalar(query)
    if found is None or (found.state == DRAFT and found.actor_id != current_actor().id):
        abort(404)
    return found


def _url(form: Form, intake: Intake) -> str:
    return url_for("bazar.imports.show", form_key=form.key, number=intake.id)


def _index(form: Form, *, errors: Mapping[str, str] | None = None, status: int = 200) -> Response:
    query = _mine(form, current_actor()).where(Intake.state != DRAFT)
    past = db.session().scalars(query.order_by(Intake.id.desc()).limit(LAST)).all()
    return render(
        "bazar/imports.html",
        status=status,
        form=form,
        past=past,
        largest=tables.LARGEST >> 20,
        most_rows=tables.MOST_ROWS,
        errors=errors or {},
    )


def _other_sheet(form: Form, intake: Intake, actor: Actor) -> BaseResponse:
    sheet = request.form.get("sheet", "")
    try:
        run.choose_sheet(intake, int(sheet) if sheet.isdecimal() else -1, actor=actor)
    except Invalid as error:
        return _draft(form, intake, errors=error.errors, status=422)
    return see_other(_url(form, intake))


def _draft(
    form: Form, intake: Intake, *, errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    """Answer with the columns of a file and what they would do."""
    actor, table = current_actor(), run.table_of(intake)
    trial = run.Trial() if errors else run.try_out(intake, table, actor=actor)
    return render(
        "bazar/import_mapping.html",
        status=status,
        form=form,
        intake=intake,
        table=table,
        sheets=[(str(at), name) for at, name in enumerate(table.sheets)],
        columns=_columns(intake, table),
        fields=[(spec.key, spec.label) for spec in mapping.offered(form, actor)],
        matches=mapping.matchable(form, actor, intake.targets),
        trial=trial,
        problems=[
            {"line": one.line, "errors": one.errors} for one in trial.problems[:SHOWN_PROBLEMS]
        ],
        errors=errors or {},
        address=tables.ADDRESS,
    )


def _columns(intake: Intake, table: tables.Table) -> Sequence[tuple[str, str, list[str]]]:
    """Return each column: its head, what it answers, its first cells."""
    rows = table.rows[:SHOWN_ROWS]
    cells: list[list[Any]] = [
        [row.cells[at] if at < len(row.cells) else "" for row in rows]
        for at in range(len(table.columns))
    ]
    targets = [*intake.targets, *[""] * len(table.columns)]
    return [
        (
            "" if column == tables.ADDRESS else str(column),
            target,
            ["" if cell is None else str(cell) for cell in held],
        )
        for column, target, held in zip(table.columns, targets, cells, strict=False)
    ]


def _progress(form: Form, intake: Intake) -> Response:
    return render(
        "bazar/import_show.html",
        form=form,
        intake=intake,
        problems=intake.problems[:SHOWN_PROBLEMS],
        was_left=pending.was_left(intake),
        may_undo=intake.state == DONE and (intake.created or intake.changed),
    )
