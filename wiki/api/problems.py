"""Refusals as problem documents (RFC 9457): what `core.errors` says, and what we know besides."""

from __future__ import annotations

from typing import Any

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
    """A request that cannot be taken: the status that says so, and a message for each wrong key."""

    def __init__(self, status: int, detail: str = "", /, **errors: str) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, errors


def init_app(blueprint: Blueprint) -> None:
    """Answer what the API's routes raise."""
    blueprint.register_error_handler(Refused, _refused)
    blueprint.register_error_handler(Invalid, _invalid)
    blueprint.register_error_handler(Conflict, _conflict)
    blueprint.register_error_handler(Gone, lambda _error: problem(404))
    blueprint.register_error_handler(TooMany, _too_many)


def problem(status: int, detail: str = "", **more: Any) -> Response:
    """Return the problem document of a status, with members of its own."""
    answer = errors.answer(status, detail)
    answer.set_data(json.dumps(json.loads(answer.get_data()) | more))
    return answer


def _refused(error: Refused) -> Response:
    more = {"errors": error.errors} if error.errors else {}
    return problem(error.status, error.detail, **more)


def _invalid(error: Invalid) -> Response:
    # The status alone would speak of a full disk, where a file has no room.
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
    answer = problem(429)
    answer.headers["Retry-After"] = "60"
    return answer
