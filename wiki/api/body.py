"""The JSON that a request brings: within bounds, of normal characters, checked by its schema."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from flask import abort, current_app, request
from flask_babel import gettext as _

from wiki.api.contract import Schema
from wiki.api.problems import Refused
from wiki.api.schemas import SCHEMAS
from wiki.core.http import Invalid
from wiki.core.markup import normalise
from wiki.core.request_size import check_json

DEEPEST = 40
"""How many arrays and objects may stand inside one another."""
TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
}


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
    known = schema.get("properties", {})
    others = schema.get("additionalProperties", {})
    faults = {key: _("This is needed.") for key in schema.get("required", ()) if key not in given}
    for key, value in given.items():
        wanted = known.get(key, others)
        fault = _("There is no such key here.") if wanted is False else _fault(wanted, value)
        if fault:
            faults[key] = fault
    return faults


def _fault(schema: Schema, value: Any) -> str:
    """Say what is wrong with a value, "" when nothing is."""
    wanted = schema.get("type")
    if wanted and not _is(wanted, value):
        return _wrong_type(wanted)
    if isinstance(value, dict):
        inside = [f"{key}: {fault}" for key, fault in _faults(schema, value).items()]
        return " ".join(inside)
    if isinstance(value, list):
        return _fault_in(schema, value)
    if isinstance(value, str) and len(value) > schema.get("maxLength", math.inf):
        return str(_("At most %(count)s characters.", count=schema["maxLength"]))
    if value not in schema.get("enum", (value,)):
        return str(_("One of these is expected: %(words)s.", words=", ".join(schema["enum"])))
    if wanted == "integer" and not schema["minimum"] <= value <= schema["maximum"]:
        return str(_("This number is out of bounds."))
    return ""


def _fault_in(schema: Schema, values: list[Any]) -> str:
    if len(values) > schema.get("maxItems", math.inf):
        return str(_("At most %(count)s of these.", count=schema["maxItems"]))
    found = (_fault(schema.get("items", {}), value) for value in values)
    return next((fault for fault in found if fault), "")


def _is(wanted: str, value: Any) -> bool:
    return isinstance(value, TYPES[wanted]) and (wanted == "boolean" or not isinstance(value, bool))


def _wrong_type(wanted: str) -> str:
    words = {
        "string": _("A text is expected."),
        "integer": _("A whole number is expected."),
        "boolean": _("True or false is expected."),
        "array": _("A list is expected."),
        "object": _("An object is expected."),
    }
    return str(words[wanted])
