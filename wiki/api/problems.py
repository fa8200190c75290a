"""Errors as problem documents (RFC 9457), with the details that `core.errors` does not have."""

from __future__ import annotations

from flask import Blueprint, Response, json
from flask_babel import gettext as _

from wiki.api import documents
from wiki.core import errors
from wiki.core.access import current_actor
from wiki.core.http import Invalid
from wiki.pages import find
from wiki.pages.save import Conflict, Gone
from wiki.pages.throttle import TooMany


class Refused(Exception):
    """The request is refused with this status, and a message for each wrong key."""

    def __init__(self, status: int, detail: str = "", /, **errors: str) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, errors


def init_app(blueprint: Blueprint) -> None:
    """Register the error handlers of the API."""
    blueprint.register_error_handler(Refused, _refused)
    blueprint.register_error_handler(Invalid, _invalid)
    blueprint.register_error_handler(Conflict, _conflict)
    blueprint.register_error_handler(Gone, lambda _error: problem(404))
    blueprint.register_error_handler(TooMany, _too_many)


def problem(status: int, detail: str = "", **more: object) -> Response:
    """Return the problem document of a status, with additional members."""
    response = errors.answer(status, detail)
    response.set_data(json.dumps(json.loads(response.get_data()) | more))
    return response


def _refused(error: Refused) -> Response:
    more = {"errors": error.errors} if error.errors else {}
    return problem(error.status, error.detail, **more)


def _invalid(error: Invalid) -> Response:
    # The default text of 507 speaks of a full disk; the errors name the file without room.
    detail = " ".join(error.errors.values()) if error.status == 507 else ""
    return problem(error.status, detail, errors=error.errors)


def _conflict(error: Conflict) -> Response:
    actor = current_actor()
    page = find.page_by_id(error.page.id, actor=actor)
    if page is None:
        return problem(404)
    detail = _(
        "Both sides changed the same thing: bring your change into `page`, and send it again."
    )
    current = documents.of_page(page, actor=actor)
    return problem(409, detail, page=current, conflicts=list(error.both))


def _too_many(_error: TooMany) -> Response:
    response = problem(429)
    response.headers["Retry-After"] = "60"
    return response
