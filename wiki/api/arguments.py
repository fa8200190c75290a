"""The arguments of a list's address, checked as the route declares them."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from wiki.api.contract import operation_of
from wiki.api.problems import Refused


def window() -> tuple[int, int]:
    """Return how many rows the address asks for and how many it skips. Raises Refused."""
    return _number("limit"), _number("offset")


def word(name: str) -> str:
    """Return an argument, "" when it is not given."""
    return request.args.get(name, "")


def words(name: str) -> list[str]:
    """Return what a repeatable argument gives."""
    return [value for value in request.args.getlist(name) if value]


def _number(name: str) -> int:
    declared = operation_of(request.endpoint or "")
    schema = next(argument.schema for argument in declared.arguments if argument.name == name)
    raw = request.args.get(name, "")
    if not raw:
        return int(schema["default"])
    if not (raw.isascii() and raw.isdigit() and len(raw) < 12 and int(raw) <= schema["maximum"]):
        message = _("A whole number from 0 to %(most)s.", most=schema["maximum"])
        raise Refused(400, **{name: message})
    return int(raw)
