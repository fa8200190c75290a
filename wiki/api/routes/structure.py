"""Moves of pages and their undo, review dates, and the maintenance lists (garden)."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, url_for
from sqlalchemy import Row

from wiki.api import arguments, body, documents
from wiki.api.contract import limit, offset, operation
from wiki.api.documents import Document
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
    """Rename, retitle or move a page in one action."""
    payload, actor = body.read("MoveWanted"), current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    throttle.count_save()
    move = moves.move(page, _parse_move(page, payload, actor), actor=actor)
    address = url_for("api.read_move", number=move.id)
    return jsonify(_of_move(move)), 201, {"Location": address}


@blueprint.get("/moves/<int:number>")
@operation("Read how far a move is", {200: "Move"})
@audience("page")
def read_move(number: int) -> Response:
    """Return a move of the actor, or anyone's for an admin."""
    return jsonify(_of_move(_move_or_404(number)))


@blueprint.delete("/moves/<int:number>")
@operation("Undo a move, its links included", {200: "Move"}, problems=(422,))
@audience("page")
def undo_move(number: int) -> Response:
    """Undo a move and its link changes."""
    move = _move_or_404(number)
    throttle.count_save()
    return jsonify(_of_move(moves.undo(move.id, actor=current_actor())))


@blueprint.get("/pages/<name>/review", merge_slashes=False)
@operation("Read when a page was read again and until when it is good", {200: "Review"})
@audience("page")
def read_review(name: str) -> Response:
    """Return the review dates of a page."""
    page = find.page_or_404(name, actor=current_actor())
    return jsonify(_of_review(reviews.review_of(page)))


@blueprint.put("/pages/<name>/review", merge_slashes=False)
@operation("Keep until when a page is good", {200: "Review"}, takes="ReviewChange")
@audience("page")
def put_review(name: str) -> Response:
    """Change the review dates of a page; missing keys stay unchanged."""
    payload, actor = body.read("ReviewChange"), current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    throttle.count_save()
    return jsonify(_of_review(reviews.review(page, actor=actor, **payload)))


@blueprint.get("/garden")
@operation("Count what needs a hand", {200: "Garden"})
@audience("page")
def read_garden() -> Response:
    """Return the number of rows of each maintenance list."""
    return jsonify(lists.counts(current_actor()))


@blueprint.get("/garden/<bed>", merge_slashes=False)
@operation(
    "List what needs a hand",
    {200: "GardenList"},
    arguments=(limit(50, 200), offset(BIGGEST)),
)
@audience("page")
def read_bed(bed: str) -> Response:
    """Return rows of a maintenance list."""
    garden_list, actor = lists.BEDS.get(bed) or abort(404), current_actor()
    count, skip = arguments.window()
    rows = lists.rows(garden_list, actor, limit=count, offset=skip)
    return jsonify(
        total=lists.count(garden_list, actor), items=[_of_row(garden_list.key, row) for row in rows]
    )


def _parse_move(page: Page, payload: Document, actor: Actor) -> moves.Wanted:
    """Return the move that a body requests. Raises Invalid."""
    name = payload.get("name")
    if name is not None and fold(page_name(name)) != fold(name):
        raise Invalid(name="A page cannot be named like this.")
    if "title" in payload and page.kind != "text":
        raise Invalid(title="The title of this page is in its data.")
    parent = move_routes.page_called(payload.get("parent", ""), actor=actor)
    return moves.Wanted(
        name=name,
        title=payload.get("title"),
        place="parent" in payload,
        under=parent,
        links=None if payload.get("links", True) else frozenset(),
    )


def _move_or_404(number: int) -> moves.Move:
    actor = current_actor()
    move = db.session().get(moves.Move, number)
    if move is None or actor.is_anonymous or not (actor.is_admin or move.actor_id == actor.id):
        abort(404)
    return move


def _of_move(move: moves.Move) -> Document:
    return {
        "id": move.id,
        "state": move.state,
        "old_name": move.old_name,
        "name": move.new_name,
        "total": move.total,
        "done": move.done,
    }


def _of_review(review: reviews.Review | None) -> Document:
    reviewer = reviews.reviewer_of(review)
    return {
        "until": review.until if review else "",
        "reviewer": reviewer.name if reviewer else "",
        "read_at": documents.moment(review.read_at) if review and review.read_at else "",
        "read_by": review.read_by if review else "",
    }


def _of_row(key: str, row: Row[*tuple[Any, ...]]) -> Document:
    if key == "wanted":
        return {"name": row.name, "title": "", "about": "", "count": row[2]}
    page, about = row[0], ""
    if key == "stale" and row[1]:
        about = row[1].until
    elif key == "broken":
        about = row[1].url
    return {"name": page.name, "title": page.title, "about": about, "count": 1}
