"""A form as the interface of YesWiki tells it (`?api/forms/2`), in the words of our forms.

Its template has one field a line, parts separated by `***`; what its lists hold stands in `prepared`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wiki.bazar.builder.design import free_key
from wiki.bazar.forms import forms
from wiki.bazar.forms.definition import MOST, TITLE
from wiki.bazar.remote.plain_text import plain

SUBTYPES = {
    "number": "number",
    "range": "number",
    "url": "link",
    "email": "email",
    "tel": "phone",
    "date": "date",
    "color": "colour",
}
PLAIN = {
    "jour": "date",
    "listedatedeb": "date",
    "listedatefin": "date",
    "tags": "tags",
    "lien_internet": "link",
    "video": "video",
    "image": "image",
    "fichier": "file",
    "map": "location",
    "carte_google": "location",
    "openinghours": "hours",
    "champs_mail": "email",
}
CHOSEN = {"liste": "choice", "radio": "choice", "checkbox": "choices"}
SILENT = frozenset({"tabs", "tabchange", "acls", "metadatas", "conditionschecking", "reactions"})
"""Lines that ask nothing: nothing is said of them."""


def read(document: Any) -> tuple[dict[str, Any], list[str]]:
    """Return the form, and the labels of what does not come. Raises Invalid, and as its parts are missing."""
    row = document[0] if isinstance(document, list) else document
    if not isinstance(row, Mapping) or "bn_label_nature" not in row:
        raise ValueError("no form")
    taken: set[str] = set()
    fields: list[dict[str, Any]] = []
    left: list[str] = []
    prepared = _by_name(row.get("prepared"))
    for parts in _lines(str(row.get("bn_template") or ""))[: MOST * 2]:
        found = _field(parts, prepared)
        if found is None:
            if parts[0] not in SILENT and plain(parts[2]):
                left.append(plain(parts[2])[:200])
            continue
        if parts[1] == "bf_titre" and forms.traits(found["type"]).short_text:
            fields.insert(0, {**found, "key": TITLE, "required": True})
            continue
        found["key"] = free_key(parts[1].removeprefix("bf_") or found["label"], taken)
        taken.add(found["key"])
        fields.append(found)
    if not fields or fields[0]["key"] != TITLE:
        fields.insert(0, {"key": TITLE, "type": "text", "label": "Titre", "required": True})
    kept = [one for at, one in enumerate(fields) if not _is_second(fields, at)]
    return {
        "title": plain(str(row["bn_label_nature"]))[:250],
        "description": plain(str(row.get("bn_description") or ""))[:1000],
        "fields": kept[:MOST],
    }, left


def _lines(template: str) -> list[list[str]]:
    rows = [line.strip().split("***") for line in template.splitlines()]
    known = [row for row in rows if len(row) >= 4 and not row[0].startswith("#")]
    return [[part.strip() for part in [*row, *[""] * 16][:16]] for row in known]


def _field(parts: Sequence[str], prepared: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a field of ours for a line of the template, None when it does not come."""
    kind = _type(parts)
    traits = forms.traits(kind)
    if traits.role == "block":
        text = plain(parts[1] or parts[3])
        return {"type": kind, "label": text[:80] or "…", "options": {}} if text else None
    label = plain(parts[2])[:200]
    if not kind or not label:
        return None
    options = _OPTIONS[parts[0]](parts, prepared) if parts[0] in _OPTIONS else {}
    if options is None:
        return None
    return {
        "type": kind,
        "label": label,
        "help": plain(parts[10])[:1000],
        "required": parts[8] == "1" and not traits.place,
        "facet": traits.closed or traits.stores_tags,
        "options": options,
    }


def _type(parts: Sequence[str]) -> str:
    keyword = parts[0]
    if keyword == "texte":
        return SUBTYPES.get(parts[7], "text")
    if keyword == "textelong":
        return "longtext"
    if keyword == "labelhtml":
        return "heading"
    return CHOSEN.get(keyword) or PLAIN.get(keyword, "")


def _choices(parts: Sequence[str], prepared: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the options of a list; None when the site does not tell them."""
    told: Any = next(
        (
            prepared[name]
            for name in (parts[6], f"{parts[0]}{parts[1]}{parts[6]}", parts[2])
            if name in prepared
        ),
        {},
    )
    given = told.get("options") if isinstance(told, Mapping) else None
    pairs = list(given.items()) if isinstance(given, Mapping) else []
    rows, seen = [], set()
    for key, words in pairs[:500]:
        text = plain(str(words)).replace("|", "/")[:200]
        if text and text not in seen:
            seen.add(text)
            rows.append({"key": str(key).replace("|", "/")[:100], "label": text})
    return {"choices": rows} if rows else None


def _wording(parts: Sequence[str], _prepared: Mapping[str, Any]) -> dict[str, Any]:
    return {"plain": True} if parts[7] == "nohtml" else {}


_OPTIONS: dict[str, Callable[[Sequence[str], Mapping[str, Any]], dict[str, Any] | None]] = {
    **dict.fromkeys(CHOSEN, _choices),
    "textelong": _wording,
}


def _by_name(prepared: Any) -> dict[str, Any]:
    """Return the fields as the site prepared them, by their property's name, id or label."""
    rows = list(prepared.values()) if isinstance(prepared, Mapping) else prepared
    found: dict[str, Any] = {}
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, Mapping):
            for part in ("propertyname", "propertyName", "name", "id", "label"):
                if isinstance(row.get(part), str) and row[part]:
                    found.setdefault(row[part], row)
    return found


def _is_second(fields: Sequence[Mapping[str, Any]], at: int) -> bool:
    """Answer whether a field is a second one of what a form has once."""
    kind = fields[at]["type"]
    return bool(forms.traits(kind).only_one) and any(one["type"] == kind for one in fields[:at])
