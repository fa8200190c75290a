"""Which fields an entry's own answers hide: what a conditional block asks, checked on the server.

The browser does the same with what `asked` says, to spare people what does not concern them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wiki.bazar.forms import blocks, forms
from wiki.bazar.models import FieldSpec
from wiki.core.names import fold

TESTS = ("is", "isnt", "contains", "filled", "empty")


def hidden(specs: Sequence[FieldSpec], values: Mapping[str, Any]) -> set[str]:
    """Return the keys of the fields in blocks whose condition these values do not meet.

    A block that depends on a hidden field is as if that field were empty.
    """
    found: set[str] = set()
    for part in blocks.whole(specs).parts():
        if part.opens == "condition" and part.spec is not None:
            left = {key: value for key, value in values.items() if key not in found}
            if not _is_met(part.spec, specs, left):
                found |= {spec.key for spec in part.fields()}
    return found


def asked(spec: FieldSpec, specs: Sequence[FieldSpec]) -> list[str]:
    """Return the folded words that a condition compares with: keys for choices."""
    source = next((one for one in specs if one.key == spec.options.get("field")), None)
    words = [word for word in str(spec.options.get("value") or "").split("|") if word.strip()]
    if source is not None and source.type in forms.field_types():
        read = forms.type_of(source).from_csv
        closed = forms.type_of(source).closed
        words = [_word(read(source, word.strip()) if closed else word) for word in words]
    return [fold(word) for word in words]


def _word(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return (
        {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )


def _is_met(spec: FieldSpec, specs: Sequence[FieldSpec], values: Mapping[str, Any]) -> bool:
    held = _held(spec, specs, values)
    test, wanted = spec.options.get("test"), asked(spec, specs)
    if test in {"filled", "empty"}:
        return bool(held) == (test == "filled")
    if test == "contains":
        return any(word in one for word in wanted for one in held)
    return bool(set(held) & set(wanted)) == (test != "isnt")


def _held(spec: FieldSpec, specs: Sequence[FieldSpec], values: Mapping[str, Any]) -> list[str]:
    """Return the words that a condition looks at; people and groups are known by their names."""
    key = str(spec.options.get("field") or "")
    source = next((one for one in specs if one.key == key), None)
    value = values.get(key)
    if source is not None:
        value = forms.traits_of(source).condition_values(source, value)
    return words_of(value)


def words_of(value: Any) -> list[str]:
    """Return the folded words of a stored value, as conditions compare them."""
    if isinstance(value, dict):
        return [word for one in value.values() for word in words_of(one)]
    if isinstance(value, list):
        return [word for one in value for word in words_of(one)]
    word = fold(_word(value)) if value is not None else ""
    return [word] if word else []
