"""The OpenAPI 3.1 description of the API: the URL map, what each route declares, and the schemas.

Its words are for programmers, so they stay in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from flask import current_app, request
from werkzeug.routing import Rule

from wiki.api.contract import Operation, operation_of
from wiki.api.schemas import NUMBER, SCHEMAS, WORDS, ref

VERSION = "1.0"
PREFIX = "api."
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
VARIABLE = re.compile(r"<(?:(\w+):)?(\w+)>")
ABOUT = (
    "The JSON API of this wiki. A token, made in one's profile, says who acts; without one, an "
    "answer holds what everyone may read. Refusals are problem documents (RFC 9457)."
)


def document() -> dict[str, Any]:
    """Return the description of the API of the wiki at work."""
    paths: dict[str, dict[str, Any]] = {}
    for rule, method in routes():
        path = VARIABLE.sub(r"{\2}", rule.rule)
        paths.setdefault(path, {})[method.lower()] = _operation(rule, method)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Gare", "version": VERSION, "description": ABOUT},
        "servers": [{"url": request.script_root or "/"}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def routes() -> Iterator[tuple[Rule, str]]:
    """Give the API's rules, each with the methods it is declared for."""
    for rule in current_app.url_map.iter_rules():
        if rule.endpoint.startswith(PREFIX):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def _operation(rule: Rule, method: str) -> dict[str, Any]:
    declared = operation_of(rule.endpoint)
    answers = {str(status): _answer(status, name) for status, name in declared.answers.items()}
    problems = {str(status): _problem(status) for status in _problems(declared, rule, method)}
    described = {
        "operationId": rule.endpoint.removeprefix(PREFIX),
        "summary": declared.summary,
        "parameters": [*_path_parameters(rule), *_query_parameters(declared)],
        "responses": answers | problems,
    }
    return described | {"requestBody": _body(declared)} if declared.takes else described


def _problems(declared: Operation, rule: Rule, method: str) -> list[int]:
    """Return the statuses of refusals: the route's own and those that its shape implies."""
    statuses = {*declared.problems, 400, 401, 503}
    if rule.arguments:
        statuses |= {404}
    if declared.takes:
        statuses |= {413, 415, 422}
    if method in UNSAFE:
        statuses |= {403, 429, 507}
    return sorted(statuses)


def _answer(status: int, name: str) -> dict[str, Any]:
    words = {"description": HTTPStatus(status).phrase}
    return words | {"content": {"application/json": {"schema": ref(name)}}} if name else words


def _problem(status: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": ref("Problem")}}
    return {"description": HTTPStatus(status).phrase, "content": content}


def _path_parameters(rule: Rule) -> Iterator[dict[str, Any]]:
    for converter, name in VARIABLE.findall(rule.rule):
        schema = NUMBER if converter == "int" else {"type": "string", "minLength": 1}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(declared: Operation) -> Iterator[dict[str, Any]]:
    for argument in declared.arguments:
        yield {
            "name": argument.name,
            "in": "query",
            "description": argument.description,
            "schema": argument.schema,
        }
    if declared.other_arguments:
        yield {
            "name": "filters",
            "in": "query",
            "description": declared.other_arguments,
            "style": "form",
            "explode": True,
            "schema": {"type": "object", "additionalProperties": WORDS},
        }


def _body(declared: Operation) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": ref(declared.takes)}}}
