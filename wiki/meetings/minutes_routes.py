"""The screen where minutes are taken, point by point."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.core.markup import normalise
from wiki.core.numbers import is_whole
from wiki.meetings import minutes, outcomes
from wiki.meetings.blueprint import blueprint
from wiki.meetings.meeting import Meeting, as_meeting, meeting_or_404
from wiki.meetings.minutes import Capture, Sheet, Written
from wiki.pages import find, save
from wiki.pages.throttle import TooMany, count_save

WORDS = ("what", "who", "when")
BUSY = 503


@blueprint.get("/<name>/minutes", endpoint="minutes")
@audience("page")
def take(name: str) -> BaseResponse:
    """Show the points of a meeting one under the other, each with its text."""
    actor = current_actor()
    meeting = meeting_or_404(name, actor=actor)
    if not meeting.may_arrange:
        return door(actor)
    return screen(meeting, minutes.sheet(meeting))


@blueprint.post("/<name>/minutes", endpoint="write_minutes")
@audience("page")
def write(name: str) -> BaseResponse:
    """Save the texts, and note a decision or an action where its button was pressed."""
    actor = current_actor()
    meeting = meeting_or_404(name, actor=actor)
    written = _written(request.form)
    try:
        if not meeting.may_arrange:
            raise PermissionError
        count_save()
        minutes.keep(meeting, written, actor=actor)
    except save.Conflict:
        return screen(_again(name, actor), minutes.collision(_again(name, actor), written), 409)
    except (Invalid, TooMany, db.Busy, save.Gone, PermissionError) as error:
        status, errors = _problem(error)
        return screen(meeting, minutes.typed(meeting, written, errors), status)
    if "finish" in request.form:
        return see_other(url_for("meetings.end", name=name))
    flash(_("Saved."), "success")
    anchor = f"point-{written.capture.point or 'loose'}" if written.capture else ""
    return see_other(url_for("meetings.minutes", name=name, _anchor=anchor or None))


def screen(meeting: Meeting, sheet: Sheet, status: int = 200) -> Response:
    """Answer with the screen of minutes."""
    names = [voice.name for voice in meeting.voices if voice.answer != "no"]
    return render(
        "meetings/minutes.html",
        status=status,
        page=meeting.page,
        meeting=meeting,
        sheet=sheet,
        collided=status == 409,
        kinds=[(kind, outcomes.WORDS[kind]) for kind, _form in outcomes.possible(meeting.actor)],
        names=list(dict.fromkeys(names)),
    )


def door(actor: Actor) -> BaseResponse:
    """Send who has no account to the sign-in; refuse anyone else."""
    if not actor.is_anonymous:
        abort(403)
    here = request.script_root + request.full_path.rstrip("?")
    return see_other(url_for("accounts.sign_in", next=here))


def _again(name: str, actor: Actor) -> Meeting:
    return as_meeting(find.page_or_404(name, actor=actor), actor=actor)


def _written(form: Mapping[str, str]) -> Written:
    base = form.get("_base", "")
    if not is_whole(base):
        abort(400)
    texts = {
        key.partition(".")[2]: normalise(text).rstrip()
        for key, text in form.items()
        if key.startswith("text.")
    }
    notes = form.get("notes")
    return Written(
        int(base),
        texts,
        None if notes is None else normalise(notes),
        normalise(form.get("point", "")),
        _capture(form),
    )


def _capture(form: Mapping[str, str]) -> Capture | None:
    """Return what the pressed button asks to note: its value is `<kind>.<point>`."""
    pressed = form.get("note")
    if pressed is None:
        return None
    kind, _dot, point = pressed.partition(".")
    if kind not in outcomes.KINDS:
        abort(400)
    answers = {word: form.get(f"{word}.{point}", "").strip() for word in WORDS}
    return Capture(point, kind, answers)


def _problem(error: Exception) -> tuple[int, Mapping[str, str]]:
    if isinstance(error, Invalid):
        return 422, error.errors
    if isinstance(error, TooMany):
        return 429, {"": _("Too many saves in a minute: wait a moment, then save again.")}
    if isinstance(error, db.Busy):
        return BUSY, {
            "": _("The wiki is very busy: nothing was saved yet. Save again in a moment.")
        }
    if isinstance(error, save.Gone):
        return 409, {"": _("This meeting went to the trash, or out of your reach: copy your text.")}
    return 403, {
        "": _("You may not save this. Perhaps your sign-in ended: sign in in another tab.")
    }
