"""Where the definition of a field names another field: what a renamed one must be followed in."""

from __future__ import annotations

import re
from typing import Any

from wiki.bazar.models import FieldSpec, Form

SAID = ("formula", "template")
"""Options that name fields among other words."""
NAMED = {"condition": ("field",), "bookmarklet": ("address", "title", "selection")}
"""Options that are the key of a field of the same form, by type."""


def own(row: dict[str, Any], key: str, to: str) -> dict[str, Any]:
    """Return a field of the same form, with the new key wherever it names the old one."""
    options = dict(row["options"])
    for name in SAID:
        if isinstance(options.get(name), str):
            options[name] = _anew(options[name], key, to)
    for name in NAMED.get(row["type"], ()):
        if options.get(name) == key:
            options[name] = to
    return row | {"options": options}


def names_of(spec: FieldSpec) -> set[str]:
    """Return the keys that the definition of a field may name, in formulas, templates and options."""
    texts = [str(spec.options.get(name) or "") for name in SAID]
    words = {word for text in texts for word in re.findall(r"\w+", text)}
    return words | {str(spec.options.get(name) or "") for name in NAMED.get(spec.type, ())}


def pointing(row: dict[str, Any], form: Form, key: str, to: str) -> dict[str, Any]:
    """Return a field of any form, with the new key where it names a field of `form`."""
    options = row["options"]
    if options.get("form") not in {form.key, form.model or form.key}:
        return row
    if row["type"] == "linked" and options.get("field") == key:
        return row | {"options": options | {"field": to}}
    if row["type"] == "relation" and options.get("filter"):
        pairs = [pair.partition("=") for pair in str(options["filter"]).split("&")]
        kept = [f"{to if name == key else name}{sign}{words}" for name, sign, words in pairs]
        return row | {"options": options | {"filter": "&".join(kept)}}
    return row


def _anew(text: str, key: str, to: str) -> str:
    """Return a formula with a name changed, what stands in quotes left alone."""
    pieces = re.split(r"('[^']*'|\"[^\"]*\")", text)
    word = re.compile(rf"\b{re.escape(key)}\b")
    return "".join(one if at % 2 else word.sub(to, one) for at, one in enumerate(pieces))
