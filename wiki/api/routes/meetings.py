"""Meetings: attendance, and their end with the next date and the minutes by mail."""

from __future__ import annotations

from flask import Response, abort, jsonify

from wiki.api import body
from wiki.api.contract import operation
from wiki.api.documents import Document, moment
from wiki.api.routes.blueprint import blueprint
from wiki.core.access import current_actor
from wiki.core.http import audience
from wiki.meetings import attendance, closure, participant
from wiki.meetings.closure import Ending
from wiki.meetings.meeting import Meeting, meeting_or_404
from wiki.pages import throttle


@blueprint.get("/pages/<name>/attendance", merge_slashes=False)
@operation("Read who comes to a meeting", {200: "Attendance"})
@audience("page")
def read_attendance(name: str) -> Response:
    """Return the attendance; names are for people with an account, as on screen."""
    return jsonify(_attendance(_meeting(name)))


@blueprint.put("/pages/<name>/attendance", merge_slashes=False)
@operation(
    "Say whether one comes to a meeting, or take it back",
    {200: "Attendance"},
    takes="AttendanceChange",
)
@audience("signed-in")
def put_attendance(name: str) -> Response:
    """Save the RSVP of the token's owner."""
    payload, meeting = body.read("AttendanceChange"), _meeting(name)
    if meeting.actor.is_anonymous or not meeting.may_answer:
        abort(403)
    attendance.say(meeting.page, participant.answering(meeting.actor, ""), payload["answer"])
    return jsonify(_attendance(_meeting(name)))


@blueprint.get("/pages/<name>/end", merge_slashes=False)
@operation("Read how a meeting ended and what is proposed for the next", {200: "MeetingEnd"})
@audience("page")
def read_end(name: str) -> Response:
    """Return the end of a meeting, for people who may edit it."""
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
    payload, meeting = body.read("NewMeetingEnd"), _ending(name)
    # Only people with an account may send mails in the name of the wiki.
    if meeting.actor.is_anonymous:
        abort(403)
    throttle.count_save()
    ending = Ending(
        payload.get("next", ""), payload.get("carries", True), payload.get("sends", False)
    )
    planned = closure.finish(meeting, ending, actor=meeting.actor)
    document = _end(_ending(name))
    return jsonify(document | {"planned": planned.name} if planned else document)


def _meeting(name: str) -> Meeting:
    return meeting_or_404(name, actor=current_actor())


def _ending(name: str) -> Meeting:
    meeting = _meeting(name)
    return meeting if meeting.may_write else abort(403)


def _attendance(meeting: Meeting) -> Document:
    answers = meeting.voices
    named_answers = answers if meeting.shows_names else ()
    return {
        "mine": meeting.mine,
        "counts": {
            key: sum(answer.answer == key for answer in answers) for key in attendance.ANSWERS
        },
        "items": [{"name": answer.name, "answer": answer.answer} for answer in named_answers],
    }


def _end(meeting: Meeting) -> Document:
    end, recipients = meeting.end, closure.recipients(meeting)
    proposal = closure.proposed(meeting, actor=meeting.actor)
    return {
        "ended_at": moment(end.ended_at) if end else "",
        "mailed_at": moment(end.mailed_at) if end and end.mailed_at else "",
        "recipients": sum(len(some) for some in recipients),
        "proposed": proposal.day,
        "planned": proposal.planned.name if proposal.planned else "",
    }
