"""The end of a meeting: who was there is written down, the next one is planned, the minutes are sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from wiki.bazar.entries import entries
from wiki.bazar.fields.date import moment_of
from wiki.bazar.forms import forms
from wiki.bazar.query.select import Pick, pick
from wiki.core import db, i18n, jobs, mail
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.meetings import agenda, attendance, recurrence
from wiki.meetings.meeting import Meeting
from wiki.meetings.models import MeetingEnd
from wiki.pages import save
from wiki.pages.models import Page
from wiki.subscriptions.models import Follow

JOB = "meetings.minutes"
KEPT = ("kind", "duration", "place", "url", "why", "facilitator", "rhythm")
"""What the next meeting has from this one."""
MOST_MAILS = 500
LOOKED_AT = 20


@dataclass(frozen=True)
class Next:
    """The meeting to come that is proposed: when, and the one already planned, if any."""

    day: str
    rhythm: str
    planned: Page | None


@dataclass(frozen=True)
class Ending:
    """What is asked for at the end: the next date ("" for none), and whether minutes are sent."""

    day: str = ""
    carries: bool = True
    sends: bool = True


def proposed(meeting: Meeting, *, actor: Actor) -> Next:
    """Return the next meeting by the rhythm that is said, or that the last two show."""
    said = meeting.entry.get("rhythm")
    found = (
        said
        if isinstance(said, str)
        else recurrence.guessed(meeting.day, _day_before(meeting, actor))
    )
    day = recurrence.next_day(meeting.day, found, after=i18n.local(db.utcnow()))
    return Next(day, found, _planned(meeting, actor))


def left_over(meeting: Meeting) -> list[Mapping[str, Any]]:
    """Return the points that nothing was noted under."""
    return [one for one in meeting.points if not (one.get("text") or one.get("entries"))]


def recipients(meeting: Meeting) -> tuple[list[int], list[Follow]]:
    """Return to whom minutes go: who said they come, and who follows and is not among them."""
    coming = {"yes", "remote", "maybe"}
    people = [one.user_id for one in meeting.voices if one.user_id and one.answer in coming]
    rows = db.session().scalars(select(Follow).where(_follows(meeting.page)).order_by(Follow.id))
    seen: set[object] = set(people)
    followers = []
    for row in rows:
        key = row.user_id or row.email_key
        if key not in seen:
            seen.add(key)
            followers.append(row)
    return people[:MOST_MAILS], followers[:MOST_MAILS]


def finish(meeting: Meeting, ending: Ending, *, actor: Actor) -> Page | None:
    """End a meeting, in one transaction; return the next one if it is planned. Raises Invalid."""
    with db.write() as session:
        _write_attendees(meeting, actor)
        following = _plan(meeting, ending, actor) if ending.day else None
        session.merge(_end(meeting, ending, actor))
        if ending.sends:
            _send(session, meeting)
    return following


def _end(meeting: Meeting, ending: Ending, actor: Actor) -> MeetingEnd:
    now, before = db.utcnow(), db.session().get(MeetingEnd, meeting.page.id)
    return MeetingEnd(
        page_id=meeting.page.id,
        ended_at=before.ended_at if before else now,
        ended_by=actor.display_name,
        mailed_at=now if ending.sends else before.mailed_at if before else None,
    )


def _send(session: Session, meeting: Meeting) -> None:
    people, followers = recipients(meeting)
    for user_id in people:
        _queue(session, meeting, user_id=user_id, follow_id=0)
    for row in followers:
        _queue(session, meeting, user_id=row.user_id or 0, follow_id=row.id)


def _queue(session: Session, meeting: Meeting, *, user_id: int, follow_id: int) -> None:
    jobs.enqueue(
        session,
        JOB,
        page_id=meeting.page.id,
        user_id=user_id,
        follow_id=follow_id,
        message_id=mail.message_id(),
    )


def _follows(page: Page) -> ColumnElement[bool]:
    about = [and_(Follow.kind.in_(("page", "tree")), Follow.target == str(page.id))]
    about.append(and_(Follow.kind == "form", Follow.target == str(page.form_id)))
    if page.project_id is not None:
        about.append(and_(Follow.kind == "project", Follow.target == str(page.project_id)))
    return or_(*about)


def _write_attendees(meeting: Meeting, actor: Actor) -> None:
    """Write who said they come into the entry, where it says nobody yet."""
    spec = next((one for one in meeting.entry.specs if one.key == "attendees"), None)
    names = [one.name for one in meeting.voices if one.answer in attendance.COMING]
    if (
        spec is None
        or not forms.traits_of(spec).short_text
        or meeting.entry.get("attendees")
        or not names
    ):
        return
    before = meeting.page.head.content
    content = replace(before, data=before.data | {"attendees": ", ".join(names)[:250]})
    stamp = save.Stamp(summary=_("Who was there"), minor=True)
    save.save(meeting.page, content, base=meeting.page.revision_no, author=actor, stamp=stamp)


def _plan(meeting: Meeting, ending: Ending, actor: Actor) -> Page:
    if not forms.may_add(meeting.form, actor):
        raise Invalid(day=_("You may not plan a meeting here."))
    asked = {spec.key for spec in entries.asked(meeting.form, actor, None)}
    given: dict[str, Any] = {"title": meeting.page.title, "date": ending.day}
    given |= {key: meeting.page.head.data.get(key) for key in KEPT if key in meeting.entry.data}
    if ending.carries and meeting.points_spec is not None:
        points = [{**one, "id": ""} for one in left_over(meeting)]
        given[meeting.points_spec.key] = agenda.checked(points) or None
    answers = {key: value for key, value in given.items() if key in asked and value}
    try:
        content = entries.clean_data(meeting.form, answers, actor)
    except Invalid as error:
        raise Invalid(day=next(iter(error.errors.values()))) from error
    room = (
        entries.room_of(meeting.page.project_id, actor=actor) if meeting.page.project_id else None
    )
    return entries.create(meeting.form, content, actor, room)


def _day_before(meeting: Meeting, actor: Actor) -> str:
    """Return the date of the meeting before this one that has the same title or project."""
    if meeting.starts is None:
        return ""
    wanted = Pick(
        meeting.form.model,
        meeting.page.project_id,
        date="date",
        until=meeting.starts,
        limit=LOOKED_AT,
    )
    alike = [
        entry
        for entry in pick(wanted, actor=actor).entries
        if entry.page.title == meeting.page.title and entry.page.id != meeting.page.id
    ]
    return str(alike[0].data.get("date") or "") if alike else ""


def _planned(meeting: Meeting, actor: Actor) -> Page | None:
    """Return the meeting to come of the same title, if one is planned already."""
    since = max(db.utcnow(), moment_of(meeting.day)) if meeting.day else db.utcnow()
    wanted = Pick(
        meeting.form.model, meeting.page.project_id, date="date", since=since, limit=LOOKED_AT
    )
    found = [
        entry.page
        for entry in pick(wanted, actor=actor).entries
        if entry.page.title == meeting.page.title and entry.page.id != meeting.page.id
    ]
    return found[0] if found else None
