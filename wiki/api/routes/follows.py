"""Follows of the token's owner: list, start, change, end."""

from __future__ import annotations

from flask import Response, abort, jsonify

from wiki.api import body
from wiki.api.contract import operation
from wiki.api.routes.blueprint import blueprint
from wiki.core.access import current_actor
from wiki.core.http import audience
from wiki.subscriptions import follows
from wiki.subscriptions.follows import Followed
from wiki.subscriptions.targets import find_target


@blueprint.get("/follows")
@operation("List what one follows, the last first", {200: "Follows"}, problems=(403,))
@audience("page")
def list_follows() -> Response:
    """List the follows of the actor."""
    if current_actor().is_anonymous:
        abort(403)
    items = [_document(one) for one in follows.of_actor(current_actor())]
    return jsonify(total=len(items), items=items)


@blueprint.put("/follows")
@operation(
    "Follow something, or change how often one is told",
    {200: "Follow"},
    takes="FollowChange",
    problems=(404,),
)
@audience("page")
def put_follow() -> Response:
    """Follow a target, or change the rhythm."""
    actor = current_actor()
    if actor.is_anonymous:
        abort(403)
    payload = body.read("FollowChange")
    target = find_target(payload["kind"], payload["name"], actor=actor)
    if target is None:
        abort(404)
    return jsonify(
        _document(Followed(follows.follow(target, payload["rhythm"], actor=actor), target))
    )


@blueprint.delete("/follows/<int:number>")
@operation("Stop following something", {204: ""})
@audience("page")
def delete_follow(number: int) -> Response:
    """End a follow."""
    actor = current_actor()
    if actor.is_anonymous:
        abort(403)
    if not follows.unfollow(number, actor=actor):
        abort(404)
    return Response(status=204)


def _document(followed: Followed) -> dict[str, object]:
    return {
        "id": followed.row.id,
        "kind": followed.row.kind,
        "name": followed.target.name if followed.target else "",
        "title": followed.target.title if followed.target else "",
        "rhythm": followed.row.rhythm,
    }
