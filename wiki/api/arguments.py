"""The arguments of a list's address, checked as the route declares them."""

from __future__ import annotations

from datetime import date

from flask import request
from flask_babel import gettext as _

from wiki.api.contract import Schema, operation_of
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


def day(name: str) -> date | None:
    """Return a day, None when it is not given. Raises Refused."""
    raw = request.args.get(name, "")
    if not raw:
        return None
    try:
        if len(raw) == 10:
            return date.fromisoformat(raw)
    except ValueError:
        pass
    raise Refused(400, **{name: _("A day is written like 2026-11-30.")})


def one_of(name: str) -> str:
    """Return one of the words the argument may be, the default when it is not given. Raises Refused."""
    schema = _declared(name)
    raw = request.args.get(name, "") or str(schema["default"])
    if raw not in schema["enum"]:
        choices = ", ".join(schema["enum"])
        raise Refused(400, **{name: _("One of: %(choices)s.", choices=choices)})
    return raw


def _number(name: str) -> int:
    schema = _declared(name)
    raw = request.args.get(name, "")
    if not raw:
        return int(schema["default"])
    if not (raw.isascii() and raw.isdigit() and len(raw) < 12 and int(raw) <= schema["maximum"]):
        message = _("A whole number from 0 to %(most)s.", most=schema["maximum"])
        raise Refused(400, **{name: message})
    return int(raw)


def _declared(name: str) -> Schema:
    declared = operation_of(request.endpoint or "")
    return next(argument.schema for argument in declared.arguments if argument.name == name)
