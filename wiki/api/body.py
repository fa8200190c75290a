"""The JSON that a request brings: within bounds, of normal characters, checked by its schema."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from flask import abort, current_app, request
from flask_babel import gettext as _
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from wiki.api.contract import Schema
from wiki.api.problems import Refused
from wiki.api.schemas import SCHEMAS
from wiki.core.http import Invalid
from wiki.core.markup import normalise
from wiki.core.request_size import check_json

DEEPEST = 40
"""How many arrays and objects may stand inside one another."""
Validator = extend(
    Draft202012Validator,
    # JSON Schema takes 1.0 for a whole number; what a route does with one wants an int.
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _checker, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)


def read(schema_name: str) -> dict[str, Any]:
    """Return the body of the request. Raises Refused when it is no JSON, Invalid by wrong key."""
    if not request.is_json:
        raise Refused(415, _("Send JSON, with Content-Type: application/json."))
    given = _parsed(_raw())
    if not isinstance(given, dict):
        raise Invalid(body=_("A JSON object is expected."))
    check(SCHEMAS[schema_name], given)
    return given


def check(schema: Schema, given: Mapping[str, Any]) -> None:
    """Check an object against a schema of ours. Raises Invalid with a message by key."""
    if faults := _faults(schema, given):
        raise Invalid(**faults)


def _raw() -> bytes:
    # JSON may write one character as six.
    most = current_app.config["GARE"].max_page_kb * 1024 * 6 + 64 * 1024
    request.max_content_length = most
    raw = request.get_data(cache=False)
    # A body that does not say its length is cut there.
    if len(raw) >= most:
        abort(413)
    check_json(raw)
    return raw


def _parsed(raw: bytes) -> Any:
    try:
        return _plain(json.loads(raw, parse_constant=_no_number, parse_float=_number), 0)
    except (ValueError, RecursionError) as error:
        raise Refused(400, _("This is not JSON that can be read.")) from error


def _plain(value: Any, depth: int) -> Any:
    """Return a value with its texts of normal characters only. Raises ValueError when too deep."""
    if depth > DEEPEST:
        raise ValueError("too deep")
    if isinstance(value, str):
        return normalise(value)
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {normalise(key): _plain(item, depth + 1) for key, item in value.items()}
    return value


def _number(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _no_number(text)


def _no_number(text: str) -> float:
    raise ValueError(text)


def _faults(schema: Schema, given: Mapping[str, Any]) -> dict[str, str]:
    """Return a message for each wrong key, with the names of the keys inside it that are wrong.

    Of a list, only the first wrong item is described; of a value, only its first error.
    """
    faults: dict[str, dict[str, str]] = {}
    first_items: dict[str, list[int]] = {}
    errors = Validator(schema).iter_errors(given)
    for error in sorted(errors, key=lambda error: (_items(error), error.validator != "type")):
        for key, *inside in _wrong_paths(error):
            if first_items.setdefault(key, _items(error)) == _items(error):
                where = "".join(f"{name}: " for name in inside)
                faults.setdefault(key, {}).setdefault(where, _message(error))
    return {
        key: " ".join(where + message for where, message in messages.items())
        for key, messages in faults.items()
    }


def _items(error: ValidationError) -> list[int]:
    """Return the positions, in the lists around it, of what is wrong."""
    return [step for step in error.absolute_path if isinstance(step, int)]


def _wrong_paths(error: ValidationError) -> list[list[str]]:
    """Return the names of the keys that lead to what is wrong."""
    path = [step for step in error.absolute_path if isinstance(step, str)]
    if error.validator in {"required", "additionalProperties"}:
        return [[*path, key] for key in _wrong_keys(error)]
    return [path]


def _wrong_keys(error: ValidationError) -> list[str]:
    if error.validator == "required":
        return [key for key in error.validator_value if key not in error.instance]
    return [key for key in error.instance if key not in error.schema.get("properties", {})]


def _message(error: ValidationError) -> str:
    """Say an error of JSON Schema in the reader's language."""
    wanted = error.validator_value
    match error.validator:
        case "required":
            return _("This is needed.")
        case "additionalProperties":
            return _("There is no such key here.")
        case "type":
            return _wrong_type(wanted)
        case "enum":
            return _("One of these is expected: %(words)s.", words=", ".join(wanted))
        case "maxLength":
            return _("At most %(count)s characters.", count=wanted)
        case "maxItems":
            return _("At most %(count)s of these.", count=wanted)
    return _("This number is out of bounds.")


def _wrong_type(wanted: str) -> str:
    words = {
        "string": _("A text is expected."),
        "integer": _("A whole number is expected."),
        "boolean": _("True or false is expected."),
        "array": _("A list is expected."),
        "object": _("An object is expected."),
    }
    return words[wanted]
