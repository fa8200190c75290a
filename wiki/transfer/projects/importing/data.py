"""What versions hold, made fit for here: each answer is checked by its field's type, links are given their new numbers.

An answer that does not fit is left out and counted; an archive is never believed.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wiki.accounts.models import User
from wiki.bazar.field import BadValue, Field
from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec, Form
from wiki.bazar.values import uploads
from wiki.core.http import Invalid
from wiki.projects.station import check_contact, check_menu
from wiki.transfer.projects.archive_reader import Row, many, text
from wiki.transfer.projects.importing.rules import Names, openness

BLOCK_ID = re.compile(r"[0-9a-f]{4,32}")
PHONE = ("", "first", "last", "none")
STATES = ("done", "here", "todo")


@dataclass
class Arrivals:
    """What answers need to know of the archive: its people, the pages made so far, its files as they are kept."""

    names: Names
    people: Sequence[User | None]
    file_of: Callable[[str, str, bool], dict[str, Any] | None]
    ids: dict[int, int] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)


@dataclass
class FormMatch:
    """A form here, and how the archive describes the one its entries were of."""

    form: Form
    rows: Mapping[str, Row]

    def closed_before(self, key: str, names: Names) -> str:
        """Return the rule that held for reading a field, in names of here; "" for everyone."""
        return names.rule(text(self.rows.get(key, {}), "read", 2000))


def entry_data(match: FormMatch, given: Mapping[str, Any], arrivals: Arrivals) -> Row:
    """Return the answers of one version that fit the form here."""
    kept: Row = {}
    specs = {spec.key: spec for spec in match.form.specs()}
    for key, value in given.items():
        spec = specs.get(key)
        fits = spec is not None and spec.type == match.rows.get(key, {}).get("type")
        if spec is None or not fits or _opens(match, spec, arrivals.names):
            arrivals.lost[match.form.title] += 1
            continue
        made = _answer(spec, value, arrivals)
        if made is None:
            arrivals.lost[match.form.title] += 1
        elif made != []:
            kept[key] = made
    return kept


def _opens(match: FormMatch, spec: FieldSpec, names: Names) -> bool:
    """Answer whether a field that was not for everyone would be read by more people here."""
    before = match.closed_before(spec.key, names)
    if before in ("", "*") or before.split() == spec.read.split():
        return False
    return openness(spec.read or "*") >= openness(before)


def _answer(spec: FieldSpec, value: Any, arrivals: Arrivals) -> Any:
    """Return an answer as it is kept here, [] for one that is empty, None for one that does not fit."""
    kind = forms.field_types()[spec.type]
    if kind.points_to_pages or kind.names_people:
        return _pointed(kind, value, arrivals)
    if kind.stores_file:
        return _file(kind, value, arrivals)
    if kind.role == "assigned":
        return value if kind.holds(spec, value) else None
    if kind.role != "answer":
        return None
    return _cleaned(kind, spec, value)


def _cleaned(kind: Field, spec: FieldSpec, value: Any) -> Any:
    try:
        made = kind.clean(spec, value)
    except (BadValue, ValueError, TypeError, KeyError, AttributeError):
        return None
    return made if made is not None and kind.holds(spec, made) else None


def _pointed(kind: Field, value: Any, arrivals: Arrivals) -> Any:
    if not isinstance(value, list) or len(value) > 500:
        return None
    numbers = [one for one in value if isinstance(one, int) and not isinstance(one, bool)]
    if kind.points_to_pages:
        return [arrivals.ids[one] for one in numbers if one in arrivals.ids]
    users = [arrivals.people[one] for one in numbers if 0 <= one < len(arrivals.people)]
    return [user.id for user in users if user is not None]


def _file(kind: Field, value: Any, arrivals: Arrivals) -> Any:
    if not uploads.is_stored(value):
        return None
    return arrivals.file_of(value["sha256"], value["name"], kind.stores_image)


def station_data(given: Mapping[str, Any]) -> Row:
    """Return what a station holds, of the shapes it has here. Raises Invalid on shapes that are none."""
    data: Row = {
        "purpose": " ".join(text(given, "purpose", 2000).split()),
        "contact": _sound_contact(text(given, "contact", 500).strip()),
        "greeting": text(given, "greeting", 2000).strip(),
        "stages": [_stage(row) for row in many(given, "stages", dict, 50)],
        "blocks": [_block(row) for row in many(given, "blocks", dict, 200)],
    }
    menu = [_item(row) for row in many(given, "menu", dict, 50)]
    if "menu" in given:
        data["menu"] = [item for item in menu if _leads(item)]
    return data


def _block(row: Row) -> Row:
    key, phone = text(row, "id", 40), text(row, "phone", 20)
    values = row.get("values")
    given = values if isinstance(values, dict) else {}
    return {
        "id": key if BLOCK_ID.fullmatch(key) else secrets.token_hex(4),
        "macro": text(row, "macro", 60),
        "title": text(row, "title", 200),
        "values": {str(name)[:60]: text(given, name, 2000) for name in given},
        "hidden": row.get("hidden") is True,
        "wide": row.get("wide") is True,
        "phone": phone if phone in PHONE else "",
    }


def _stage(row: Row) -> dict[str, str]:
    state = text(row, "state", 20)
    return {
        "label": text(row, "label", 500),
        "note": text(row, "note", 500),
        "state": state if state in STATES else "todo",
    }


def _item(row: Row) -> dict[str, str]:
    return {"label": text(row, "label", 200), "target": text(row, "target", 500)}


def _leads(item: dict[str, str]) -> bool:
    try:
        check_menu([item])
    except Invalid:
        return False
    return bool(item["target"])


def _sound_contact(contact: str) -> str:
    try:
        check_contact(contact)
    except Invalid:
        return ""
    return contact
