"""Date polls on screen: proposing, answering, choosing, all by plain forms."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.meetings import participant, poll_result, polls
from wiki.meetings.blueprint import blueprint
from wiki.meetings.minutes_routes import door
from wiki.meetings.polls import Poll
from wiki.pages import find, save
from wiki.pages.models import Page
from wiki.pages.throttle import TooMany, count_save

BLANKS = 4
"""Empty rows for dates in the form."""


@blueprint.get("/<name>/dates", endpoint="new_poll")
@audience("page")
def ask_dates(name: str) -> BaseResponse:
    """Open the form that proposes dates on a page; `title` and `why` fill it."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    if not polls.may_open(page, actor):
        return door(actor)
    return _form(page, request.args)


@blueprint.post("/<name>/dates", endpoint="open_poll")
@audience("page")
def propose(name: str) -> BaseResponse:
    """Propose dates, or show again what was typed."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    if not polls.may_open(page, actor):
        return door(actor)
    form = request.form
    try:
        count_save()
        made = polls.open_poll(
            page,
            title=form.get("title", ""),
            why=form.get("why", ""),
            dates=[f"{day}T{hour}" if hour else day for day, hour in _rows(form.getlist)],
            author=actor,
        )
    except Invalid as error:
        return _form(page, form, error.errors, 422)
    except (TooMany, db.Busy):
        return _form(page, form, {"": _("Wait a moment, then try again.")}, 429)
    flash(_("The poll is open: send its address to those who should answer."), "success")
    return see_other(url_for("meetings.poll", poll_id=made.id))


@blueprint.get("/-/polls/<int:poll_id>", endpoint="poll")
@audience("page")
def show(poll_id: int) -> Response:
    """Show the dates, what people say, and ask."""
    return _screen(polls.poll_or_404(poll_id, actor=current_actor()))


@blueprint.post("/-/polls/<int:poll_id>", endpoint="answer_poll")
@audience("page")
def answer(poll_id: int) -> BaseResponse:
    """Keep what one says of the dates."""
    actor = current_actor()
    poll = polls.poll_or_404(poll_id, actor=actor)
    if not participant.may_answer(poll.page, actor):
        return door(actor)
    answers = {
        int(key.partition(".")[2]): value
        for key, value in request.form.items()
        if key.startswith("date.") and key[5:].isdecimal() and len(key) < 15
    }
    try:
        polls.answer(poll, participant.answering(actor, request.form.get("name", "")), answers)
    except Invalid as error:
        return _screen(poll, error.errors, 422)
    flash(_("Thank you, it is noted."), "success")
    return see_other(url_for("meetings.poll", poll_id=poll_id))


@blueprint.post("/-/polls/<int:poll_id>/choice", endpoint="choose_date")
@audience("page")
def choose(poll_id: int) -> BaseResponse:
    """Choose a date: the meeting is made, or moved."""
    actor = current_actor()
    poll = polls.poll_or_404(poll_id, actor=actor)
    if not poll.may_choose:
        return door(actor)
    wanted = request.form.get("choice", "")
    option = next((one for one in polls.options(poll, None) if str(one.id) == wanted), None)
    if option is None:
        abort(400)
    try:
        meeting = poll_result.choose(poll, option, actor=actor)
    except Invalid as error:
        return _screen(poll, error.errors, 422)
    except (save.Conflict, save.Gone):
        return _screen(poll, {"": _("Somebody changed the meeting: look again.")}, 409)
    flash(_("The date is chosen, and those who can come are noted."), "success")
    return see_other(url_for("pages.show", name=meeting.name))


@blueprint.post("/-/polls/<int:poll_id>/removal", endpoint="remove_poll")
@audience("page")
def remove(poll_id: int) -> BaseResponse:
    """Take a poll away."""
    actor = current_actor()
    poll = polls.poll_or_404(poll_id, actor=actor)
    if not poll.may_choose:
        return door(actor)
    polls.remove(poll)
    flash(_("The poll is taken away."), "success")
    return see_other(url_for("pages.show", name=poll.page.name))


def _rows(getlist: object) -> list[tuple[str, str]]:
    days, hours = getlist("day"), getlist("hour")  # type: ignore[operator]
    hours += [""] * (len(days) - len(hours))
    return [(day.strip(), hour.strip()) for day, hour in zip(days, hours, strict=False)]


def _form(
    page: Page,
    typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    rows = [row for row in _rows(request.form.getlist) if any(row)] if errors else []
    return render(
        "meetings/new_poll.html",
        status=status,
        page=page,
        moves=poll_result.is_meeting(page),
        title=typed.get("title", page.title if poll_result.is_meeting(page) else "")[:500],
        why=typed.get("why", "")[:1000],
        rows=rows + [("", "")] * BLANKS,
        most=polls.MOST_DATES,
        errors=errors or {},
    )


def _screen(poll: Poll, errors: Mapping[str, str] | None = None, status: int = 200) -> Response:
    actor = current_actor()
    asking = participant.asking(actor)
    meeting = find.page_by_id(poll.row.meeting_id, actor=actor) if poll.row.meeting_id else None
    return render(
        "meetings/poll.html",
        status=status,
        poll=poll,
        page=poll.page,
        meeting=meeting,
        options=polls.options(poll, asking),
        answers=list(polls.ANSWERS.items()),
        may_answer=participant.may_answer(poll.page, actor),
        moves=poll_result.is_meeting(poll.page),
        errors=errors or {},
        typed=request.form if errors else {},
    )
