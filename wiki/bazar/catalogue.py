"""Ready-made forms, read from `wiki/models/forms/*.toml`: each becomes a form in one language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from wiki.bazar.forms import make_form
from wiki.bazar.models import FieldSpec, Form
from wiki.core.i18n import LANGUAGES

FOLDER = Path(__file__).parent.parent / "models" / "forms"
OF_SPEC = ("required", "facet", "searchable", "in_list", "read", "write")
BY_LANGUAGE = ("label", "help")


@dataclass(frozen=True)
class Model:
    """A ready-made form: its texts by language, its fields as the file says them.

    `departures` are the dates that leave from it: `field`, what they are (`says`, by language), the block
    whose platform they leave from, and by which values of fields they no longer do (`unless`).
    `semantic` is what entries are in schema.org: `type`, and the property of some `fields`.
    """

    model: str
    default_view: str
    key: Mapping[str, str]
    title: Mapping[str, str]
    singular: Mapping[str, str]
    description: Mapping[str, str]
    fields: tuple[Mapping[str, Any], ...]
    departures: tuple[Mapping[str, Any], ...] = ()
    semantic: Mapping[str, Any] = field(default_factory=dict)

    def specs(self, lang: str) -> list[FieldSpec]:
        """Return the fields in a language."""
        return [_spec(row, lang) for row in self.fields]


class UnknownModel(LookupError):
    """There is no ready-made form of this name."""


@cache
def models() -> list[Model]:
    """Return the ready-made forms, in the order of their files."""
    return [_read(path) for path in sorted(FOLDER.glob("*.toml"))]


def model_named(name: str) -> Model:
    """Return a ready-made form. Raises UnknownModel."""
    for model in models():
        if model.model == name:
            return model
    raise UnknownModel(name)


def form_from_model(
    session: Session, model: str, lang: str, *, rules: Mapping[str, str] | None = None
) -> Form:
    """Make a form from a ready-made one; its address gets a number when it is taken.

    Raises UnknownModel.
    """
    found = model_named(model)
    lang = lang if lang in LANGUAGES else LANGUAGES[0]
    return make_form(
        session,
        title=found.title[lang],
        suggested_key=found.key[lang],
        fields=found.specs(lang),
        model=found.model,
        singular=found.singular[lang],
        description=found.description[lang],
        default_view=found.default_view,
        rules=rules,
    )


def _read(path: Path) -> Model:
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    lists = {name: tuple(rows.get(name, ())) for name in ("fields", "departures")}
    return Model(**(rows | lists))


def _spec(row: Mapping[str, Any], lang: str) -> FieldSpec:
    """Return a field: what is not of every field is an option of its type."""
    plain = {name: row[name] for name in OF_SPEC if name in row}
    texts = {name: row.get(name, {}).get(lang, "") for name in BY_LANGUAGE}
    apart = {"key", "type", *OF_SPEC, *BY_LANGUAGE}
    options = {name: value for name, value in row.items() if name not in apart}
    if "options" in options:
        choices = options.pop("options")
        options["choices"] = [{"key": choice["key"], "label": choice[lang]} for choice in choices]
    return FieldSpec(key=row["key"], type=row["type"], options=options, **texts, **plain)
