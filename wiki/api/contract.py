"""What a route of the API says of itself: what is described and checked comes from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app

Schema = Mapping[str, Any]
Route = TypeVar("Route", bound=Callable[..., Any])


@dataclass(frozen=True)
class Argument:
    """One argument of an address; a repeatable one gives a list."""

    name: str
    schema: Schema
    description: str


@dataclass(frozen=True)
class Operation:
    """What a route takes and answers, by names of `schemas.SCHEMAS`; "" where nothing is sent.

    `problems` are the statuses of its own refusals; `openapi` adds those that its shape implies.
    `other_arguments` says what arguments of any other name mean, "" when they mean nothing.
    """

    summary: str
    answers: Mapping[int, str]
    takes: str = ""
    arguments: tuple[Argument, ...] = ()
    problems: tuple[int, ...] = ()
    other_arguments: str = ""


def operation(summary: str, answers: Mapping[int, str], **more: Any) -> Callable[[Route], Route]:
    """Declare what a route takes and answers; `more` as the fields of Operation."""
    declared = Operation(summary, answers, **more)

    def declare(view: Route) -> Route:
        view.operation = declared  # type: ignore[attr-defined]
        return view

    return declare


def operation_of(endpoint: str) -> Operation:
    """Return what the route of an endpoint declares."""
    declared: Operation = getattr(current_app.view_functions[endpoint], "operation")  # noqa: B009
    return declared


def limit(default: int, most: int) -> Argument:
    """Return the argument that says how many rows a list answers."""
    schema = {"type": "integer", "minimum": 0, "maximum": most, "default": default}
    return Argument("limit", schema, "How many rows at most.")


def offset(most: int) -> Argument:
    """Return the argument that says how many rows of a list to skip."""
    schema = {"type": "integer", "minimum": 0, "maximum": most, "default": 0}
    return Argument("offset", schema, "How many rows to skip.")


def text(name: str, description: str) -> Argument:
    """Return an argument that is a text."""
    return Argument(name, {"type": "string"}, description)


def day(name: str, description: str) -> Argument:
    """Return an argument that is a day, such as 2026-11-30."""
    return Argument(name, {"type": "string", "format": "date"}, description)


def choice(name: str, values: tuple[str, ...], description: str) -> Argument:
    """Return an argument that is one of these words, the first by default."""
    schema = {"type": "string", "enum": list(values), "default": values[0]}
    return Argument(name, schema, description)


def texts(name: str, description: str) -> Argument:
    """Return an argument that may be repeated."""
    return Argument(name, {"type": "array", "items": {"type": "string"}}, description)
