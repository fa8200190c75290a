"""Date polls of a page: list, open, answer, choose a date, delete."""

from __future__ import annotations

from flask import Response, abort, jsonify, url_for

from wiki.api import body
from wiki.api.contract import operation
from wiki.api.documents import Document, moment
from wiki.api.routes.blueprint import blueprint
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience
from wiki.meetings import participant, poll_result, polls
from wiki.meetings.polls import Option, Poll
from wiki.pages import find, throttle


@blueprint.get("/pages/<name>/polls", merge_slashes=False)
@operation("List the date polls that are open on a page", {200: "Polls"})
@audience("page")
def list_polls(name: str) -> Response:
    """List the open polls of a page, newest first."""
    page = find.page_or_404(name, actor=current_actor())
    items = [_document(Poll(row, page)) for row in polls.open_on([page.id])]
    return jsonify(total=len(items), items=items)


@blueprint.post("/pages/<name>/polls", merge_slashes=False)
@operation("Propose dates on a station or a meeting", {201: "Poll"}, takes="NewPoll")
@audience("page")
def open_poll(name: str) -> tuple[Response, int, dict[str, str]]:
    """Open a date poll on a page."""
    payload, actor = body.read("NewPoll"), current_actor()
    page = find.page_or_404(name, actor=actor)
    if not polls.may_open(page, actor):
        abort(403)
    throttle.count_save()
    row = polls.open_poll(
        page,
        title=payload["title"],
        why=payload.get("why", ""),
        dates=payload["dates"],
        author=actor,
    )
    address = url_for("api.read_poll", number=row.id)
    return jsonify(_document(Poll(row, page))), 201, {"Location": address}


@blueprint.get("/polls/<int:number>")
@operation("Read a date poll", {200: "Poll"})
@audience("page")
def read_poll(number: int) -> Response:
    """Return a poll with its answers; names are for people with an account, as on screen."""
    return jsonify(_document(_poll(number)))


@blueprint.put("/polls/<int:number>/answer")
@operation("Say what one thinks of the dates", {200: "Poll"}, takes="PollAnswer")
@audience("signed-in")
def answer_poll(number: int) -> Response:
    """Save the answers of the token's owner, replacing earlier ones."""
    payload, actor = body.read("PollAnswer"), current_actor()
    poll = _poll(number)
    if actor.is_anonymous or not participant.may_answer(poll.page, actor):
        abort(403)
    answers = {int(key): answer for key, answer in payload["dates"].items() if key.isdecimal()}
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
    """Close a poll by choosing a date."""
    option_id, poll = body.read("PollChoice")["date"], _choosable_poll(number)
    option = next((one for one in polls.options(poll, None) if one.id == option_id), None)
    if option is None:
        raise Invalid(date="There is no such date in this poll.")
    throttle.count_save()
    poll_result.choose(poll, option, actor=current_actor())
    return jsonify(_document(_poll(number)))


@blueprint.delete("/polls/<int:number>")
@operation("Take a date poll away", {204: ""})
@audience("page")
def delete_poll(number: int) -> Response:
    """Delete a poll and its answers."""
    polls.remove(_choosable_poll(number))
    return Response(status=204)


def _poll(number: int) -> Poll:
    return polls.poll_or_404(number, actor=current_actor())


def _choosable_poll(number: int) -> Poll:
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
            _option(option, named=not actor.is_anonymous)
            for option in polls.options(poll, participant.asking(actor))
        ],
    }


def _option(option: Option, *, named: bool) -> Document:
    return {
        "id": option.id,
        "at": option.at,
        "mine": option.mine,
        "best": option.best,
        "counts": {key: len(names) for key, names in option.names.items()},
        "names": {key: list(names) if named else [] for key, names in option.names.items()},
    }
