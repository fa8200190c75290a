"""The blueprint that the modules beside it hang their routes on, and what surrounds them all."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, request
from flask_babel import gettext as _

from wiki.api import problems
from wiki.api.problems import Refused, problem
from wiki.core.access import current_actor

blueprint = Blueprint("api", __name__, url_prefix="/-/api/v1")
problems.init_app(blueprint)


@blueprint.before_request
def _check_token() -> Response | None:
    """Refuse a token that is not good: an answer as to nobody would hide why things are missing."""
    if g.get("by_token") and current_actor().is_anonymous:
        answer = problem(401)
        answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        return answer
    return None


@blueprint.before_request
def _check_address() -> None:
    """Refuse a NUL, which no database takes, but among the words of a search: those are read as they come."""
    if "\0" in request.path:
        abort(404)
    given = [(name, values) for name, values in request.args.lists() if name != "q"]
    if any("\0" in name + "".join(values) for name, values in given):
        raise Refused(400, _("Something in the address or the form is not right."))


@blueprint.after_request
def _mark_private(response: Response) -> Response:
    """Say that an answer is for one reader only."""
    response.vary.update(["Authorization", "Cookie"])
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response
