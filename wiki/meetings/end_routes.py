"""The end of a meeting on screen: what came out of it, the next date, and to whom the minutes go."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.meetings import closure
from wiki.meetings.blueprint import blueprint
from wiki.meetings.closure import Ending
from wiki.meetings.meeting import Meeting, meeting_or_404
from wiki.meetings.minutes_routes import door
from wiki.pages import save
from wiki.pages.throttle import TooMany, count_save


@blueprint.get("/<name>/end", endpoint="end")
@audience("page")
def ask_end(name: str) -> BaseResponse:
    """Show what came out of a meeting, and what is left to say."""
    actor = current_actor()
    meeting = meeting_or_404(name, actor=actor)
    return _screen(meeting) if meeting.may_write else door(actor)


@blueprint.post("/<name>/end", endpoint="finish")
@audience("page")
def finish(name: str) -> BaseResponse:
    """End the meeting: write who was there, plan the next one, send the minutes."""
    actor = current_actor()
    meeting = meeting_or_404(name, actor=actor)
    # Mails in the wiki's name are for people who have one of their own here.
    if not meeting.may_write or actor.is_anonymous:
        return door(actor)
    asked = _asked(request.form)
    try:
        count_save()
        following = closure.finish(meeting, asked, actor=actor)
    except Invalid as error:
        return _screen(meeting, error.errors, 422)
    except (save.Conflict, save.Gone):
        return _screen(meeting, {"": _("Somebody changed the meeting: look again.")}, 409)
    except (TooMany, db.Busy):
        return _screen(meeting, {"": _("Wait a moment, then try again.")}, 429)
    if asked.sends:
        people, followers = closure.recipients(meeting)
        flash(
            ngettext(
                "The minutes leave by mail to %(num)s person.",
                "The minutes leave by mail to %(num)s people.",
                len(people) + len(followers),
            ),
            "success",
        )
    if following is not None:
        flash(_("The next meeting is planned: “%(title)s”.", title=following.title), "success")
    return see_other(url_for("pages.show", name=name))


def _asked(form: Mapping[str, str]) -> Ending:
    day, hour = form.get("day", "").strip(), form.get("hour", "").strip()
    when = f"{day}T{hour}" if day and hour else day
    return Ending(when if "next" in form else "", "carries" in form, "sends" in form)


def _screen(
    meeting: Meeting, errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    people, followers = closure.recipients(meeting)
    proposed = closure.proposed(meeting, actor=meeting.actor)
    return render(
        "meetings/end.html",
        status=status,
        page=meeting.page,
        meeting=meeting,
        proposed=proposed,
        left_over=closure.left_over(meeting),
        people=len(people),
        followers=len(followers),
        errors=errors or {},
        typed=request.form if errors else None,
    )
