"""One time of an event that comes back: as planned, moved, or cancelled, on a small page of its own.

It is a change of the entry like any other: saved by `pages.save` on the version that was seen, or suggested.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.entries import (
    antispam,
    entries,
    entry_dates,
    entry_view,
    form_migration,
    submission,
)
from wiki.bazar.entries import suggestions as suggested
from wiki.bazar.entries.entry_form import Problem
from wiki.bazar.field import BadValue
from wiki.bazar.fields.period import DATE
from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec, Form
from wiki.bazar.values import occurrences
from wiki.bazar.values.occurrences import Occurrence
from wiki.core import db, i18n
from wiki.core.access import Actor, current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.pages import find, save
from wiki.pages.models import Page
from wiki.pages.throttle import TooMany, count_save

blueprint = Blueprint("occurrences", __name__)

MOMENT = FieldSpec("", "date", "", options={"time": True})


@dataclass(frozen=True)
class Asked:
    """What is changed: a time of a field of an entry, and how the one who asks may."""

    form: Form
    page: Page
    spec: FieldSpec
    day: str
    way: entry_dates.Way

    @property
    def value(self) -> occurrences.Value:
        """What the field holds."""
        return dict(self.page.head.data[self.spec.key])

    @property
    def occurrence(self) -> Occurrence | None:
        """The time, None when the event has none on this day."""
        return occurrences.of_day(self.value, self.day)


@blueprint.get("/-/forms/<form_key>/<name>/dates/<field>/<day>")
@audience("page")
def show_date(form_key: str, name: str, field: str, day: str) -> BaseResponse:
    """Ask what becomes of one time."""
    actor = current_actor()
    asked = _asked(form_key, name, field, day, actor)
    if not asked.way:
        return submission.door(actor)
    return _screen(asked)


@blueprint.post("/-/forms/<form_key>/<name>/dates/<field>/<day>")
@audience("page")
def change_date(form_key: str, name: str, field: str, day: str) -> BaseResponse:
    """Save or suggest what becomes of one time; what cannot be comes back with the reason."""
    actor = current_actor()
    asked = _asked(form_key, name, field, day, actor)
    if not asked.way:
        abort(403)
    base = submission.base_sent()
    if asked.occurrence is None:
        return _screen(asked)
    try:
        submission.check_trap()
        count_save()
        to = _wanted(asked.occurrence)
        if asked.way == "suggest":
            return _suggest(asked, to, actor)
        return _save(asked, to, base, actor)
    except save.Conflict:
        return _collided(asked, actor)
    except save.Gone:
        abort(409)
    except (Invalid, TooMany, db.Busy) as error:
        status, problem = submission.problem_of(error)
        errors = error.errors if isinstance(error, Invalid) else {}
        return _screen(asked, errors=errors, problem=problem, base=base, status=status)


def _asked(form: str, name: str, field: str, day: str, actor: Actor) -> Asked:
    """Return what is changed. Aborts 404 on what one may not know of, or what does not come back."""
    found, page = submission.entry_asked(form, name, actor)
    specs = forms.readable_specs(found, actor, page.owner_id)
    for spec, value in entry_view.held(specs, page.head):
        if spec.key == field and forms.type_of(spec).recurring and "rule" in value:
            return Asked(found, page, spec, day, entry_dates.way(found, page, spec, actor=actor))
    return abort(404)


def _wanted(occurrence: Occurrence) -> str | None:
    """Return what was chosen: another moment, "" for none, None for the one planned. Raises Invalid."""
    choice = request.form.get("what")
    if choice in {"keep", "cancel"}:
        return None if choice == "keep" else ""
    if choice != "move":
        raise Invalid(what=_("Choose what becomes of this date."))
    day, hour = (request.form.get(part, "").strip() for part in ("to", "to.time"))
    if not day:
        raise Invalid(to=_("To which day is it moved?"))
    timed = hour and not occurrence.due.all_day
    try:
        return str(DATE.clean(MOMENT, f"{day}T{hour}" if timed else day))
    except BadValue as error:
        raise Invalid(to=str(error)) from error


def _save(asked: Asked, to: str | None, base: int, actor: Actor) -> BaseResponse:
    base = form_migration.catch_up(asked.form, asked.page, base)
    page = find.page_or_404(asked.page.name, actor=actor)
    value = occurrences.changed(asked.value, asked.day, to)
    content = entries.clean_data(asked.form, {asked.spec.key: value}, actor, page)
    became = occurrences.of_day(value, asked.day)
    said = _said(became) if became else ""
    summary = request.form.get("_summary", "").strip() or said
    save.save(page, content, base=base, author=actor, stamp=save.Stamp(summary=summary))
    flash(said, "success")
    return see_other(url_for("pages.show", name=page.name, on=asked.day))


def _suggest(asked: Asked, to: str | None, actor: Actor) -> BaseResponse:
    page = asked.page
    antispam.check(asked.form, actor)
    value = occurrences.changed(asked.value, asked.day, to)
    content = entries.clean_data(asked.form, {asked.spec.key: value}, actor, page)
    if value != asked.value:
        antispam.spend(asked.form, actor)
    note = request.form.get("_summary", "")
    # Others may have changed another time since the page was opened: theirs is none of this suggestion.
    suggested.suggest(page, asked.form, content, base=page.revision_no, note=note, author=actor)
    flash(_("Thank you! Your change waits for those who look after this entry."), "success")
    return see_other(url_for("pages.show", name=page.name, on=asked.day))


def _said(became: Occurrence) -> str:
    """Return what becomes of a time in a few words: for its page, and for history."""
    day = i18n.day_long(became.due.start)
    if became.cancelled:
        return str(_("%(day)s cancelled", day=day))
    if became.moved is None:
        return str(_("%(day)s as planned", day=day))
    moved = became.moved.start
    other = i18n.day_long(moved)
    if not became.moved.all_day:
        other = _("%(day)s at %(hour)s", day=other, hour=i18n.clock(moved))
    return str(_("%(day)s moved to %(other)s", day=day, other=other))


def _collided(asked: Asked, actor: Actor) -> Response:
    page = find.page_or_404(asked.page.name, actor=actor)
    now = Asked(asked.form, page, asked.spec, asked.day, asked.way)
    there = now.occurrence if asked.spec.key in page.head.data else None
    said = (
        _("It is now: %(said)s. Save again to put yours in its place.", said=_said(there))
        if there
        else ""
    )
    problem = Problem(_("This date was changed meanwhile"), said)
    return _screen(now, problem=problem, status=409)


def _screen(
    asked: Asked,
    *,
    errors: dict[str, str] | None = None,
    problem: Problem | None = None,
    base: int | None = None,
    status: int = 200,
) -> Response:
    """Answer with the page of a time, as it stands or as typed; 404 when there is none that day."""
    occurrence, actor = asked.occurrence, current_actor()
    sent: Any = request.form
    at = occurrence.at if occurrence else None
    day = at.start.date().isoformat() if at else ""
    hour = at.start.strftime("%H:%M") if at and not at.all_day else ""
    return render(
        "bazar/occurrence.html",
        status=status if occurrence else 404,
        form=asked.form,
        page=asked.page,
        spec=asked.spec,
        one=occurrence,
        what=sent.get("what", occurrence.state if occurrence else ""),
        to=sent.get("to", day),
        hour=sent.get("to.time", hour),
        summary=sent.get("_summary", ""),
        base=base or asked.page.revision_no,
        errors=errors or {},
        problem=problem,
        suggesting=asked.way == "suggest",
        guest=actor.is_anonymous and asked.way == "suggest",
        seal=antispam.seal(asked.form) if actor.is_anonymous else "",
        bits=antispam.BITS,
    )
