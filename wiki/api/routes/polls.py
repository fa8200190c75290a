"""Date polls: those of a page, one opened, answered, ended with a date or taken away."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, url_for

from wiki.api import body
from wiki.api.contract import operation
from wiki.api.documents import moment
from wiki.api.routes.blueprint import blueprint
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience
from wiki.meetings import participant, poll_result, polls
from wiki.meetings.polls import Option, Poll
from wiki.pages import find, throttle

Document = dict[str, Any]


@blueprint.get("/pages/<name>/polls", merge_slashes=False)
@operation("List the date polls that are open on a page", {200: "Polls"})
@audience("page")
def list_polls(name: str) -> Response:
    """List the open polls of a page, the last first."""
    page = find.page_or_404(name, actor=current_actor())
    items = [_document(Poll(row, page)) for row in polls.open_on([page.id])]
    return jsonify(total=len(items), items=items)


@blueprint.post("/pages/<name>/polls", merge_slashes=False)
@operation("Propose dates on a station or a meeting", {201: "Poll"}, takes="NewPoll")
@audience("page")
def open_poll(name: str) -> tuple[Response, int, dict[str, str]]:
    """Propose dates to those who read a page."""
    given, actor = body.read("NewPoll"), current_actor()
    page = find.page_or_404(name, actor=actor)
    if not polls.may_open(page, actor):
        abort(403)
    throttle.count_save()
    row = polls.open_poll(
        page, title=given["title"], why=given.get("why", ""), dates=given["dates"], author=actor
    )
    address = url_for("api.read_poll", number=row.id)
    return jsonify(_document(Poll(row, page))), 201, {"Location": address}


@blueprint.get("/polls/<int:number>")
@operation("Read a date poll", {200: "Poll"})
@audience("page")
def read_poll(number: int) -> Response:
    """Give the dates and what was answered; the names are for people with an account, as on screen."""
    return jsonify(_document(_poll(number)))


@blueprint.put("/polls/<int:number>/answer")
@operation("Say what one thinks of the dates", {200: "Poll"}, takes="PollAnswer")
@audience("signed-in")
def answer_poll(number: int) -> Response:
    """Keep what the token's owner says of each date, in place of what they said before."""
    given, actor = body.read("PollAnswer"), current_actor()
    poll = _poll(number)
    if actor.is_anonymous or not participant.may_answer(poll.page, actor):
        abort(403)
    answers = {int(key): said for key, said in given["dates"].items() if key.isdecimal()}
    polls.answer(poll, participant.answering(actor, ""), answers)
    return jsonify(_document(poll))


@blueprint.post("/polls/<int:number>/choice")
@operation(
    "Choose a date: the meeting is made, or moved",
    {200: "Poll"},
    takes="PollChoice",
    problems=(409,),
)
@audience("page")
def choose_date(number: int) -> Response:
    """End a poll with a date."""
    wanted, poll = body.read("PollChoice")["date"], _mine(number)
    option = next((one for one in polls.options(poll, None) if one.id == wanted), None)
    if option is None:
        raise Invalid(date="There is no such date in this poll.")
    throttle.count_save()
    poll_result.choose(poll, option, actor=current_actor())
    return jsonify(_document(_poll(number)))


@blueprint.delete("/polls/<int:number>")
@operation("Take a date poll away", {204: ""})
@audience("page")
def delete_poll(number: int) -> Response:
    """Take a poll away with its answers."""
    polls.remove(_mine(number))
    return Response(status=204)


def _poll(number: int) -> Poll:
    return polls.poll_or_404(number, actor=current_actor())


def _mine(number: int) -> Poll:
    poll = _poll(number)
    return poll if poll.may_choose else abort(403)


def _document(poll: Poll) -> Document:
    actor, row = current_actor(), poll.row
    meeting = find.page_by_id(row.meeting_id, actor=actor) if row.meeting_id else None
    return {
        "id": row.id,
        "page": poll.page.name,
        "title": row.title,
        "why": row.why,
        "created_at": moment(row.created_at),
        "chosen": row.chosen,
        "meeting": meeting.name if meeting else "",
        "dates": [
            _option(one, named=not actor.is_anonymous)
            for one in polls.options(poll, participant.asking(actor))
        ],
    }


def _option(one: Option, *, named: bool) -> Document:
    return {
        "id": one.id,
        "at": one.at,
        "mine": one.mine,
        "best": one.best,
        "counts": {key: len(names) for key, names in one.names.items()},
        "names": {key: list(names) if named else [] for key, names in one.names.items()},
    }
