"""Meetings: who comes, and their end with the next date and the minutes by mail."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify

from wiki.api import body
from wiki.api.contract import operation
from wiki.api.documents import moment
from wiki.api.routes.blueprint import blueprint
from wiki.core.access import current_actor
from wiki.core.http import audience
from wiki.meetings import attendance, closure, participant
from wiki.meetings.closure import Ending
from wiki.meetings.meeting import Meeting, meeting_or_404
from wiki.pages import throttle

Document = dict[str, Any]


@blueprint.get("/pages/<name>/attendance", merge_slashes=False)
@operation("Read who comes to a meeting", {200: "Attendance"})
@audience("page")
def read_attendance(name: str) -> Response:
    """Give what was answered; the names are for people with an account, as on screen."""
    return jsonify(_attendance(_meeting(name)))


@blueprint.put("/pages/<name>/attendance", merge_slashes=False)
@operation(
    "Say whether one comes to a meeting, or take it back",
    {200: "Attendance"},
    takes="AttendanceChange",
)
@audience("signed-in")
def put_attendance(name: str) -> Response:
    """Keep what the token's owner says of coming."""
    given, meeting = body.read("AttendanceChange"), _meeting(name)
    if meeting.actor.is_anonymous or not meeting.may_answer:
        abort(403)
    attendance.say(meeting.page, participant.answering(meeting.actor, ""), given["answer"])
    return jsonify(_attendance(_meeting(name)))


@blueprint.get("/pages/<name>/end", merge_slashes=False)
@operation("Read how a meeting ended and what is proposed for the next", {200: "MeetingEnd"})
@audience("page")
def read_end(name: str) -> Response:
    """Give the end of a meeting, for those who may write it."""
    return jsonify(_end(_ending(name)))


@blueprint.post("/pages/<name>/end", merge_slashes=False)
@operation(
    "End a meeting: write who was there, plan the next one, send the minutes",
    {200: "MeetingEnd"},
    takes="NewMeetingEnd",
    problems=(409,),
)
@audience("signed-in")
def end_meeting(name: str) -> Response:
    """End a meeting."""
    given, meeting = body.read("NewMeetingEnd"), _ending(name)
    # Mails in the wiki's name are for people who have one of their own here.
    if meeting.actor.is_anonymous:
        abort(403)
    throttle.count_save()
    asked = Ending(given.get("next", ""), given.get("carries", True), given.get("sends", False))
    planned = closure.finish(meeting, asked, actor=meeting.actor)
    told = _end(_ending(name))
    return jsonify(told | {"planned": planned.name} if planned else told)


def _meeting(name: str) -> Meeting:
    return meeting_or_404(name, actor=current_actor())


def _ending(name: str) -> Meeting:
    meeting = _meeting(name)
    return meeting if meeting.may_write else abort(403)


def _attendance(meeting: Meeting) -> Document:
    voices = meeting.voices
    named = voices if meeting.shows_names else ()
    return {
        "mine": meeting.mine,
        "counts": {key: sum(one.answer == key for one in voices) for key in attendance.ANSWERS},
        "items": [{"name": one.name, "answer": one.answer} for one in named],
    }


def _end(meeting: Meeting) -> Document:
    end, people = meeting.end, closure.recipients(meeting)
    proposed = closure.proposed(meeting, actor=meeting.actor)
    return {
        "ended_at": moment(end.ended_at) if end else "",
        "mailed_at": moment(end.mailed_at) if end and end.mailed_at else "",
        "recipients": sum(len(some) for some in people),
        "proposed": proposed.day,
        "planned": proposed.planned.name if proposed.planned else "",
    }
