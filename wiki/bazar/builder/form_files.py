"""A form as JSON: what the code tab shows and takes, what goes from one wiki to another.

Errors bear the path of what is wrong, such as `fields[2].key`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from flask_babel import gettext as _

from wiki.bazar.forms import changes
from wiki.bazar.lists import semantic
from wiki.bazar.lists.semantic import Semantic
from wiki.bazar.models import FieldSpec, Form
from wiki.bazar.views import PLAIN, views
from wiki.core import db
from wiki.core.access import SYSTEM, Actor
from wiki.core.http import Invalid

LARGEST = 1_000_000
WORDS = {"title": 250, "singular": 100, "description": 1000, "default_view": 40}
ELSEWHERE = {"key", "model", "version"}
"""What a file may say and a form does not take from it."""


@dataclass(frozen=True)
class Definition:
    """A form as a file describes it, checked."""

    title: str
    singular: str
    description: str
    default_view: str
    fields: Sequence[dict[str, Any]]
    key: str = ""
    semantic: Semantic = field(default_factory=Semantic)


def as_json(form: Form) -> str:
    """Return a form as JSON, settings that say nothing left out."""
    document = {"key": form.key} | {name: getattr(form, name) for name in WORDS}
    meaning = semantic.semantic_of(form)
    if meaning != semantic.Semantic():
        document["semantic"] = {"type": meaning.type, "fields": dict(meaning.fields)}
    rows = [short(spec) for spec in form.specs()]
    return written(document | {"fields": rows})


def written(document: Mapping[str, Any]) -> str:
    """Return a form's description as the text of a file."""
    return json.dumps(document, ensure_ascii=False, indent=2)


def short(spec: FieldSpec) -> dict[str, Any]:
    """Return a field with what differs from a plain one."""
    plain = FieldSpec("", "", "")
    always = {"key", "type", "label"}
    row = asdict(spec)
    return {
        one.name: row[one.name]
        for one in fields(FieldSpec)
        if one.name in always or row[one.name] != getattr(plain, one.name)
    }


def read(text: str) -> Definition:
    """Return the form that a JSON text describes. Raises Invalid with a message by path."""
    document = _parsed(text)
    errors = {
        name: str(_("There is no such setting."))
        for name in document.keys() - {*WORDS, *ELSEWHERE, "fields", "semantic"}
    }
    words = {}
    for name, most in WORDS.items():
        value = document.get(name, "")
        words[name] = value if isinstance(value, str) else ""
        if not isinstance(value, str) or len(value) > most:
            errors[name] = _("A text of at most %(count)s characters is expected.", count=most)
    words["default_view"] = words["default_view"] or PLAIN
    if words["default_view"] not in views() and "default_view" not in errors:
        errors["default_view"] = _("There is no view of this name.")
    if not words["title"].strip() and "title" not in errors:
        errors["title"] = _("Give it a title.")
    rows = _rows(document.get("fields"), errors)
    meaning = _meaning(document.get("semantic"), rows, errors)
    if errors:
        raise Invalid(**errors)
    return Definition(fields=rows, key=str(document.get("key") or ""), semantic=meaning, **words)


def make_from(data: bytes, *, owner: Actor = SYSTEM) -> Form:
    """Make a form of a file's bytes. Raises Invalid with a message by path."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(code=_("This file cannot be read.")) from error
    return make(read(text), owner=owner)


def make(wanted: Definition, *, owner: Actor = SYSTEM) -> Form:
    """Make a form of a definition that was read. Raises Invalid."""
    with db.write() as session:
        made = changes.make_form(
            session,
            title=wanted.title,
            fields=wanted.fields,
            suggested_key=wanted.key,
            singular=wanted.singular,
            description=wanted.description,
            default_view=wanted.default_view,
            owner=owner,
        )
        if wanted.semantic != Semantic():
            semantic.change(session, made, wanted.semantic)
        return made


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise Invalid(code=_("This file is too large."))
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        raise Invalid(
            code=_("No JSON from line %(line)s, column %(column)s on.", **where)
        ) from error
    except RecursionError as error:
        raise Invalid(code=_("This file cannot be read.")) from error
    if not isinstance(document, dict):
        raise Invalid(code=_("An object with “title” and “fields” is expected."))
    return document


def _rows(given: Any, errors: dict[str, str]) -> list[dict[str, Any]]:
    """Return the fields as they are kept; what is wrong goes to the errors, by path."""
    if not isinstance(given, list):
        errors["fields"] = _("A list of fields is expected.")
        return []
    for at, row in enumerate(given):
        if not isinstance(row, Mapping):
            errors[f"fields[{at}]"] = _("A field is an object with key, type and label.")
    if any(name.startswith("fields[") for name in errors):
        return []
    try:
        return changes.checked(given)
    except Invalid as error:
        errors |= by_path(error)
        return []


def by_path(error: Invalid) -> dict[str, str]:
    """Return the messages of a definition by their path in the file."""
    return {
        re.sub(r"^field-(\d+)$", r"fields[\1]", name): message
        for name, message in error.errors.items()
    }


def _meaning(given: Any, rows: Sequence[dict[str, Any]], errors: dict[str, str]) -> Semantic:
    """Return what entries are for other programs; what is wrong goes to the errors, by path."""
    if given is None:
        return Semantic()
    said = given.get("fields", {}) if isinstance(given, Mapping) else None
    words = [*said.items(), ("type", given.get("type", ""))] if isinstance(said, Mapping) else []
    if not words or not all(isinstance(one, str) for pair in words for one in pair):
        errors["semantic"] = _("An object with “type” and “fields” is expected.")
        return Semantic()
    try:
        wanted = Semantic(given.get("type", ""), dict(said or {}))
        return semantic.checked([FieldSpec(**row) for row in rows], wanted)
    except Invalid as error:
        errors |= {f"semantic.{name}": text for name, text in error.errors.items()}
        return Semantic()
