"""Query arguments of the current request, validated against the schemas that its route declares."""

from __future__ import annotations

from datetime import date

from flask import request
from flask_babel import gettext as _

from wiki.api.contract import Schema, operation_of
from wiki.api.problems import Refused


def window() -> tuple[int, int]:
    """Return the limit and offset of a list. Raises Refused."""
    return _number("limit"), _number("offset")


def word(name: str) -> str:
    """Return an argument, "" if it is missing."""
    return request.args.get(name, "")


def words(name: str) -> list[str]:
    """Return the non-empty values of a repeatable argument."""
    return [value for value in request.args.getlist(name) if value]


def day(name: str) -> date | None:
    """Return a date, None if it is missing. Raises Refused."""
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
    """Return an argument with a fixed set of values, the default if it is missing. Raises Refused."""
    schema = _argument_schema(name)
    raw = request.args.get(name, "") or str(schema["default"])
    if raw not in schema["enum"]:
        choices = ", ".join(schema["enum"])
        raise Refused(400, **{name: _("One of: %(choices)s.", choices=choices)})
    return raw


def _number(name: str) -> int:
    schema = _argument_schema(name)
    raw = request.args.get(name, "")
    if not raw:
        return int(schema["default"])
    if not (raw.isascii() and raw.isdigit() and len(raw) < 12 and int(raw) <= schema["maximum"]):
        message = _("A whole number from 0 to %(most)s.", most=schema["maximum"])
        raise Refused(400, **{name: message})
    return int(raw)


def _argument_schema(name: str) -> Schema:
    operation = operation_of(request.endpoint or "")
    return next(argument.schema for argument in operation.arguments if argument.name == name)
