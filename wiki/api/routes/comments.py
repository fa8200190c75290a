"""Comments of a page: list, add, change, remove, and open or close them."""

from __future__ import annotations

from flask import Response, abort, jsonify
from sqlalchemy import func, select

from wiki.api import arguments, body, documents
from wiki.api.contract import limit, offset, operation
from wiki.api.routes.blueprint import blueprint
from wiki.api.schemas import BIGGEST
from wiki.comments import comments
from wiki.comments.comments import About
from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.http import audience
from wiki.pages import find
from wiki.pages.comments import Comment
from wiki.pages.models import Page


@blueprint.get("/pages/<name>/comments", merge_slashes=False)
@operation(
    "List the comments of a page, the oldest first",
    {200: "Comments"},
    arguments=(limit(50, 200), offset(BIGGEST)),
)
@audience("page")
def list_comments(name: str) -> Response:
    """List the comments of a page."""
    count, skip = arguments.window()
    page = find.page_or_404(name, actor=current_actor())
    page_id = page.id if page.talk != "none" else 0
    conditions = (Comment.page_id == page_id, Comment.removed_at.is_(None))
    total = db.session().scalar(select(func.count()).select_from(Comment).where(*conditions))
    rows = db.session().scalars(
        select(Comment).where(*conditions).order_by(Comment.id).limit(count).offset(skip)
    )
    return jsonify(total=total, items=[documents.of_comment(comment) for comment in rows])


@blueprint.post("/pages/<name>/comments", merge_slashes=False)
@operation("Comment a page", {201: "Comment"}, takes="NewComment")
@audience("page")
def add_comment(name: str) -> tuple[Response, int]:
    """Add a comment. Requires an account: the API has no protection against robots."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    if actor.is_anonymous:
        abort(403)
    payload = body.read("NewComment")
    text = payload.pop("text")
    try:
        comment = comments.add(page, text, about=About(**payload), actor=actor)
    except comments.Refused:
        abort(403)
    return jsonify(documents.of_comment(comment)), 201


@blueprint.patch("/pages/<name>/comments/<int:number>", merge_slashes=False)
@operation(
    "Change one's own comment, close its thread or open it again",
    {200: "Comment"},
    takes="CommentChange",
)
@audience("page")
def change_comment(name: str, number: int) -> Response:
    """Change a comment."""
    actor = current_actor()
    comment, _page = _comment_or_404(name, number)
    payload = body.read("CommentChange")
    try:
        if "text" in payload:
            comment = comments.edit(comment, payload["text"], actor=actor)
        if "resolved" in payload:
            comments.resolve(comment, resolved=payload["resolved"], actor=actor)
        if "reaction" in payload:
            comments.react(comment, payload["reaction"], actor=actor)
    except comments.Refused:
        abort(403)
    return jsonify(documents.of_comment(_comment_or_404(name, number)[0]))


@blueprint.delete("/pages/<name>/comments/<int:number>", merge_slashes=False)
@operation("Remove a comment", {204: ""})
@audience("page")
def remove_comment(name: str, number: int) -> Response:
    """Remove a comment."""
    comment, _page = _comment_or_404(name, number)
    try:
        comments.remove(comment, actor=current_actor())
    except comments.Refused:
        abort(403)
    return Response(status=204)


@blueprint.put("/pages/<name>/talk", merge_slashes=False)
@operation("Open, close or hide the comments of a page", {200: "Talk"}, takes="Talk")
@audience("page")
def put_talk(name: str) -> Response:
    """Set whether a page takes comments."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor, need="own")
    switch = body.read("Talk")["comments"]
    comments.set_talk(page, switch, actor=actor)
    return jsonify(comments=switch)


def _comment_or_404(name: str, number: int) -> tuple[Comment, Page]:
    comment_and_page = comments.comment_or_none(number, actor=current_actor())
    page = find.page_or_404(name, actor=current_actor())
    if comment_and_page is None or comment_and_page[0].page_id != page.id:
        abort(404)
    return comment_and_page
