"""The blueprint of the API, with the checks before and the headers after every request."""

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
    """Refuse an invalid token: an anonymous response would hide the reason why things are missing."""
    if g.get("by_token") and current_actor().is_anonymous:
        response = problem(401)
        response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        return response
    return None


@blueprint.before_request
def _check_address() -> None:
    """Refuse NUL characters, which databases reject; the search argument `q` accepts any text."""
    if "\0" in request.path:
        abort(404)
    arguments = [(name, values) for name, values in request.args.lists() if name != "q"]
    if any("\0" in name + "".join(values) for name, values in arguments):
        raise Refused(400, _("Something in the address or the form is not right."))


@blueprint.after_request
def _mark_private(response: Response) -> Response:
    """Mark responses as private to one reader."""
    response.vary.update(["Authorization", "Cookie"])
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response
