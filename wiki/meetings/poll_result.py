"""The chosen date of a poll makes the meeting, or moves it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from wiki.bazar.entries import entries
from wiki.bazar.forms import forms
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.meetings import polls
from wiki.meetings.meeting import MODEL
from wiki.meetings.polls import Option, Poll
from wiki.pages import save
from wiki.pages.models import Page


def choose(poll: Poll, option: Option, *, actor: Actor) -> Page:
    """Choose a date, in one transaction; return the meeting. Raises Invalid, Conflict, Gone."""
    if not poll.is_open:
        raise Invalid(answer=_("The date is chosen already."))
    with db.write() as session:
        meeting = (
            _move(poll, option, actor) if is_meeting(poll.page) else _make(poll, option, actor)
        )
        polls.close(session, poll, option, meeting)
    return meeting


def is_meeting(page: Page) -> bool:
    """Answer whether a page is a meeting."""
    return page.form_id is not None and entries.form_of(page).model == MODEL


def _move(poll: Poll, option: Option, actor: Actor) -> Page:
    page = poll.page
    writable = {
        spec.key for spec in forms.writable_specs(entries.form_of(page), actor, page.owner_id)
    }
    if "date" not in writable:
        raise Invalid(answer=_("You may not move this meeting."))
    before = page.head.content
    content = replace(before, data=before.data | {"date": option.at})
    stamp = save.Stamp(summary=_("The date of the poll"))
    return save.save(page, content, base=page.revision_no, author=actor, stamp=stamp)


def _make(poll: Poll, option: Option, actor: Actor) -> Page:
    form = forms.form_of_model(MODEL, actor=actor)
    if form is None or not forms.may_add(form, actor):
        raise Invalid(answer=_("You may not add a meeting here."))
    asked = {spec.key for spec in entries.asked(form, actor, None)}
    answers: dict[str, Any] = {"title": poll.row.title, "date": option.at, "why": poll.row.why}
    given = {key: value for key, value in answers.items() if value and key in asked}
    project = poll.page.project_id
    room = entries.room_of(project, actor=actor) if project else None
    try:
        content = entries.clean_data(form, given, actor)
    except Invalid as error:
        raise Invalid(answer=next(iter(error.errors.values()))) from error
    return entries.create(form, content, actor, room)
