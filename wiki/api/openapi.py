"""The OpenAPI 3.1 description of the API, from the URL map, the declared operations and the schemas.

Its texts are for programmers and are not translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus

from flask import current_app, request
from werkzeug.routing import Rule

from wiki.api.contract import Operation, operation_of
from wiki.api.schemas import NUMBER, SCHEMAS, WORDS, ref

VERSION = "1.0"
PREFIX = "api."
Document = dict[str, object]
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
VARIABLE = re.compile(r"<(?:(\w+):)?(\w+)>")
ABOUT = (
    "The JSON API of this wiki. A token, made in one's profile, says who acts; without one, an "
    "answer holds what everyone may read. Refusals are problem documents (RFC 9457)."
)


def document() -> Document:
    """Return the OpenAPI description for the current request."""
    paths: dict[str, Document] = {}
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
    """Yield the API's URL rules with each of their methods."""
    for rule in current_app.url_map.iter_rules():
        if rule.endpoint.startswith(PREFIX):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def _operation(rule: Rule, method: str) -> Document:
    operation = operation_of(rule.endpoint)
    answers = {str(status): _answer(status, name) for status, name in operation.answers.items()}
    problems = {str(status): _problem(status) for status in _problems(operation, rule, method)}
    document = {
        "operationId": rule.endpoint.removeprefix(PREFIX),
        "summary": operation.summary,
        "parameters": [*_path_parameters(rule), *_query_parameters(operation)],
        "responses": answers | problems,
    }
    return document | {"requestBody": _body(operation)} if operation.takes else document


def _problems(operation: Operation, rule: Rule, method: str) -> list[int]:
    """Return the error statuses of a route: its own, and those common to all similar routes."""
    statuses = {*operation.problems, 400, 401, 503}
    if rule.arguments:
        statuses |= {404}
    if operation.takes:
        statuses |= {413, 415, 422}
    if method in UNSAFE:
        statuses |= {403, 429, 507}
    return sorted(statuses)


def _answer(status: int, name: str) -> Document:
    response: Document = {"description": HTTPStatus(status).phrase}
    return response | {"content": {"application/json": {"schema": ref(name)}}} if name else response


def _problem(status: int) -> Document:
    content = {"application/problem+json": {"schema": ref("Problem")}}
    return {"description": HTTPStatus(status).phrase, "content": content}


def _path_parameters(rule: Rule) -> Iterator[Document]:
    for converter, name in VARIABLE.findall(rule.rule):
        schema = NUMBER if converter == "int" else {"type": "string", "minLength": 1}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(operation: Operation) -> Iterator[Document]:
    for argument in operation.arguments:
        yield {
            "name": argument.name,
            "in": "query",
            "description": argument.description,
            "schema": argument.schema,
        }
    if operation.other_arguments:
        yield {
            "name": "filters",
            "in": "query",
            "description": operation.other_arguments,
            "style": "form",
            "explode": True,
            "schema": {"type": "object", "additionalProperties": WORDS},
        }


def _body(operation: Operation) -> Document:
    return {"required": True, "content": {"application/json": {"schema": ref(operation.takes)}}}
