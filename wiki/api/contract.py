"""Declare what a route of the API takes and returns, for its description and validation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app

Schema = Mapping[str, Any]
Route = TypeVar("Route", bound=Callable[..., Any])


@dataclass(frozen=True)
class Argument:
    """A query argument; an array schema means that it may be repeated."""

    name: str
    schema: Schema
    description: str


@dataclass(frozen=True)
class Operation:
    """The request body and responses of a route, by names of `schemas.SCHEMAS`; "" means no body.

    `problems` are the route's own error statuses; `openapi` adds those common to all similar routes.
    `other_arguments` describes arguments of any other name, "" if they are ignored.
    """

    summary: str
    answers: Mapping[int, str]
    takes: str = ""
    arguments: tuple[Argument, ...] = ()
    problems: tuple[int, ...] = ()
    other_arguments: str = ""


def operation(summary: str, answers: Mapping[int, str], **more: Any) -> Callable[[Route], Route]:
    """Declare the operation of a route; `more` are fields of Operation."""
    declaration = Operation(summary, answers, **more)

    def declare(view: Route) -> Route:
        view.operation = declaration  # type: ignore[attr-defined]
        return view

    return declare


def operation_of(endpoint: str) -> Operation:
    """Return the operation declared by the route of an endpoint."""
    declaration: Operation = getattr(current_app.view_functions[endpoint], "operation")  # noqa: B009
    return declaration


def limit(default: int, most: int) -> Argument:
    """Return the argument that limits the number of rows of a list."""
    schema = {"type": "integer", "minimum": 0, "maximum": most, "default": default}
    return Argument("limit", schema, "How many rows at most.")


def offset(most: int) -> Argument:
    """Return the argument that skips rows of a list."""
    schema = {"type": "integer", "minimum": 0, "maximum": most, "default": 0}
    return Argument("offset", schema, "How many rows to skip.")


def text(name: str, description: str) -> Argument:
    """Return a text argument."""
    return Argument(name, {"type": "string"}, description)


def day(name: str, description: str) -> Argument:
    """Return a date argument, such as 2026-11-30."""
    return Argument(name, {"type": "string", "format": "date"}, description)


def choice(name: str, values: tuple[str, ...], description: str) -> Argument:
    """Return an argument with one of these values, the first by default."""
    schema = {"type": "string", "enum": list(values), "default": values[0]}
    return Argument(name, schema, description)


def texts(name: str, description: str) -> Argument:
    """Return a repeatable text argument."""
    return Argument(name, {"type": "array", "items": {"type": "string"}}, description)
