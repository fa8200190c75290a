"""Where the definition of a field names another field: what a renamed one must be followed in."""

from __future__ import annotations

import re
from typing import Any

from wiki.bazar.forms.forms import traits
from wiki.bazar.models import FieldSpec, Form

SAID = ("formula", "template")
"""Options that name fields among other words."""


def own(row: dict[str, Any], key: str, to: str) -> dict[str, Any]:
    """Return a field of the same form, with the new key wherever it names the old one."""
    options = dict(row["options"])
    for name in SAID:
        if isinstance(options.get(name), str):
            options[name] = _anew(options[name], key, to)
    for name in traits(row["type"]).option_names("field"):
        if options.get(name) == key:
            options[name] = to
    return row | {"options": options}


def names_of(spec: FieldSpec) -> set[str]:
    """Return the keys that the definition of a field may name, in formulas, templates and options."""
    texts = [str(spec.options.get(name) or "") for name in SAID]
    words = {word for text in texts for word in re.findall(r"\w+", text)}
    return words | {
        str(spec.options.get(name) or "") for name in traits(spec.type).option_names("field")
    }


def pointing(row: dict[str, Any], form: Form, key: str, to: str) -> dict[str, Any]:
    """Return a field of any form, with the new key where it names a field of `form`."""
    options = row["options"]
    if options.get("form") not in {form.key, form.model or form.key}:
        return row
    return row | {"options": traits(row["type"]).option_renamed(options, key, to)}


def _anew(text: str, key: str, to: str) -> str:
    """Return a formula with a name changed, what stands in quotes left alone."""
    pieces = re.split(r"('[^']*'|\"[^\"]*\")", text)
    word = re.compile(rf"\b{re.escape(key)}\b")
    return "".join(one if at % 2 else word.sub(to, one) for at, one in enumerate(pieces))
