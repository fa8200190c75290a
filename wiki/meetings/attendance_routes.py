"""What one click says to a meeting: I come; a point more on the agenda, higher, lower, away."""

from __future__ import annotations

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import Invalid, audience, render, safe_redirect, see_other
from wiki.meetings import agenda, attendance, participant
from wiki.meetings.blueprint import blueprint
from wiki.meetings.meeting import Meeting, meeting_or_404
from wiki.meetings.minutes_routes import door
from wiki.pages import save
from wiki.pages.throttle import TooMany, count_save


@blueprint.get("/<name>/attendance", endpoint="attendance")
@audience("page")
def ask(name: str) -> Response:
    """Show who comes to a meeting, and ask."""
    meeting = meeting_or_404(name, actor=current_actor())
    return _attendance_screen(meeting)


@blueprint.post("/<name>/attendance", endpoint="attend")
@audience("page")
def attend(name: str) -> BaseResponse:
    """Say that one comes, from afar, perhaps, or cannot; an empty answer takes it back."""
    actor = current_actor()
    meeting = meeting_or_404(name, actor=actor)
    if not meeting.may_answer:
        return door(actor) if actor.is_anonymous and not meeting.is_over else abort(403)
    answer = request.form.get("answer", "")
    try:
        attendance.say(
            meeting.page, participant.answering(actor, request.form.get("name", "")), answer
        )
    except Invalid as error:
        return _attendance_screen(meeting, errors=error.errors)
    flash(_("Thank you, it is noted.") if answer else _("Your answer is taken back."), "success")
    here = url_for("pages.show", name=name, _anchor="attendance")
    return safe_redirect(request.form.get("next"), default=here)


@blueprint.post("/<name>/agenda", endpoint="agenda")
@audience("page")
def change_agenda(name: str) -> BaseResponse:
    """Change the agenda: `action` is add, up, down, remove, or order with all its points."""
    actor = current_actor()
    meeting = meeting_or_404(name, actor=actor)
    if meeting.points_spec is None:
        abort(404)
    if not meeting.may_arrange:
        return door(actor)
    try:
        count_save()
        _change(meeting, actor)
    except Invalid as error:
        return _agenda_screen(meeting, error.errors, 422)
    except (save.Conflict, save.Gone):
        return _agenda_screen(meeting, {"": _("Somebody changed the same point: look again.")}, 409)
    except (TooMany, db.Busy):
        return _agenda_screen(meeting, {"": _("Wait a moment, then save again.")}, 429)
    return see_other(url_for("pages.show", name=name, _anchor="agenda"))


def _change(meeting: Meeting, actor: Actor) -> None:
    form = request.form
    action, key = form.get("action", ""), form.get("point", "")
    if action == "add":
        point = {part: form.get(part, "") for part in ("title", "minutes", "kind", "who")}
        agenda.add(meeting, point, actor=actor)
    elif action in {"up", "down"}:
        agenda.move(meeting, key, -1 if action == "up" else 1, actor=actor)
    elif action == "remove":
        agenda.remove(meeting, key, actor=actor)
    elif action == "order":
        agenda.put_in_order(meeting, form.getlist("order"), actor=actor)
    else:
        abort(400)


def _attendance_screen(meeting: Meeting, errors: dict[str, str] | None = None) -> Response:
    return render(
        "meetings/attendance.html",
        status=422 if errors else 200,
        page=meeting.page,
        meeting=meeting,
        errors=errors or {},
        typed=request.form,
    )


def _agenda_screen(meeting: Meeting, errors: dict[str, str], status: int) -> Response:
    return render(
        "meetings/agenda.html",
        status=status,
        page=meeting.page,
        meeting=meeting,
        errors=errors,
        typed=request.form,
    )
