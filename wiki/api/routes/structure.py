"""What becomes of a page in time: its moves and their undoing, its review dates, and the garden."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, url_for

from wiki.api import arguments, body, documents
from wiki.api.contract import limit, offset, operation
from wiki.api.routes.blueprint import blueprint
from wiki.api.schemas import BIGGEST
from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import Invalid, audience
from wiki.core.names import fold, page_name
from wiki.pages import find, throttle
from wiki.pages.maintenance import lists, reviews
from wiki.pages.models import Page
from wiki.pages.structure import move_routes, moves


@blueprint.post("/pages/<name>/moves", merge_slashes=False)
@operation(
    "Give a page another name, title or place; links follow",
    {201: "Move"},
    takes="MoveWanted",
)
@audience("page")
def move_page(name: str) -> tuple[Response, int, dict[str, str]]:
    """Rename or move a page in one action."""
    given, actor = body.read("MoveWanted"), current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    throttle.count_save()
    made = moves.move(page, _wanted(page, given, actor), actor=actor)
    address = url_for("api.read_move", number=made.id)
    return jsonify(_of_move(made)), 201, {"Location": address}


@blueprint.get("/moves/<int:number>")
@operation("Read how far a move is", {200: "Move"})
@audience("page")
def read_move(number: int) -> Response:
    """Give one of one's moves, or anyone's to an admin."""
    return jsonify(_of_move(_move_or_404(number)))


@blueprint.delete("/moves/<int:number>")
@operation("Undo a move, its links included", {200: "Move"}, problems=(422,))
@audience("page")
def undo_move(number: int) -> Response:
    """Give all back as it was."""
    made = _move_or_404(number)
    throttle.count_save()
    return jsonify(_of_move(moves.undo(made.id, actor=current_actor())))


@blueprint.get("/pages/<name>/review", merge_slashes=False)
@operation("Read when a page was read again and until when it is good", {200: "Review"})
@audience("page")
def read_review(name: str) -> Response:
    """Give a page's review dates."""
    page = find.page_or_404(name, actor=current_actor())
    return jsonify(_of_review(reviews.review_of(page)))


@blueprint.put("/pages/<name>/review", merge_slashes=False)
@operation("Keep until when a page is good", {200: "Review"}, takes="ReviewChange")
@audience("page")
def put_review(name: str) -> Response:
    """Change what is given of a page's review dates."""
    given, actor = body.read("ReviewChange"), current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    throttle.count_save()
    return jsonify(_of_review(reviews.review(page, actor=actor, **given)))


@blueprint.get("/garden")
@operation("Count what needs a hand", {200: "Garden"})
@audience("page")
def read_garden() -> Response:
    """Give how many there are in each list of the garden."""
    return jsonify(lists.counts(current_actor()))


@blueprint.get("/garden/<bed>", merge_slashes=False)
@operation(
    "List what needs a hand",
    {200: "GardenList"},
    arguments=(limit(50, 200), offset(BIGGEST)),
)
@audience("page")
def read_bed(bed: str) -> Response:
    """Give a stretch of one list of the garden."""
    found, actor = lists.BEDS.get(bed) or abort(404), current_actor()
    count, skip = arguments.window()
    rows = lists.rows(found, actor, limit=count, offset=skip)
    return jsonify(total=lists.count(found, actor), items=[_of_row(found.key, row) for row in rows])


def _wanted(page: Page, given: dict[str, Any], actor: Actor) -> moves.Wanted:
    """Return what a body asks for. Raises Invalid."""
    name = given.get("name")
    if name is not None and fold(page_name(name)) != fold(name):
        raise Invalid(name="A page cannot be named like this.")
    if "title" in given and page.kind != "text":
        raise Invalid(title="The title of this page is in its data.")
    under = move_routes.page_called(given.get("parent", ""), actor=actor)
    return moves.Wanted(
        name=name,
        title=given.get("title"),
        place="parent" in given,
        under=under,
        links=None if given.get("links", True) else frozenset(),
    )


def _move_or_404(number: int) -> moves.Move:
    actor = current_actor()
    made = db.session().get(moves.Move, number)
    if made is None or actor.is_anonymous or not (actor.is_admin or made.actor_id == actor.id):
        abort(404)
    return made


def _of_move(made: moves.Move) -> dict[str, Any]:
    return {
        "id": made.id,
        "state": made.state,
        "old_name": made.old_name,
        "name": made.new_name,
        "total": made.total,
        "done": made.done,
    }


def _of_review(held: reviews.Review | None) -> dict[str, Any]:
    who = reviews.reviewer_of(held)
    return {
        "until": held.until if held else "",
        "reviewer": who.name if who else "",
        "read_at": documents.moment(held.read_at) if held and held.read_at else "",
        "read_by": held.read_by if held else "",
    }


def _of_row(key: str, row: Any) -> dict[str, Any]:
    if key == "wanted":
        return {"name": row.name, "title": "", "about": "", "count": row[2]}
    page, about = row[0], ""
    if key == "stale" and row[1]:
        about = row[1].until
    elif key == "broken":
        about = row[1].url
    return {"name": page.name, "title": page.title, "about": about, "count": 1}
