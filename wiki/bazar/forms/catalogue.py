"""Ready-made forms, read from `wiki/models/forms/*.toml`: each becomes a form in one language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from wiki.bazar.forms.changes import make_form, pointing
from wiki.bazar.forms.forms import form_of_model, traits
from wiki.bazar.models import FieldSpec, Form
from wiki.core.access import SYSTEM, Actor
from wiki.core.i18n import LANGUAGES

FOLDER = Path(__file__).parents[2] / "models" / "forms"
OF_SPEC = ("required", "facet", "searchable", "in_list", "read", "write")
BY_LANGUAGE = ("label", "help")
LISTS = ("fields", "departures", "views", "samples")
GROUPS = {
    "life": _l("Life of the collective"),
    "network": _l("The network"),
    "knowledge": _l("What we know"),
}
"""Shelves of the gallery, in their order."""
TAGS = {"fr": "Mots-clés", "en": "Tags"}
"""The field that every ready-made form ends with."""


@dataclass(frozen=True)
class Model:
    """A ready-made form: its texts by language, its fields as the file says them.

    `group` and `icon` are how the gallery shows it. `views` are lists kept for all: `title`, `view`, `args`.
    `page` is a page that shows the entries: `title`, `text`. `samples` are made by `ready_made.py`.
    `departures` are the dates that leave from it: `field`, what they are (`says`, by language), the block
    whose platform they leave from, and by which values of fields they no longer do (`unless`).
    `semantic` is what entries are in schema.org: `type`, and the property of some `fields`.
    """

    model: str
    group: str
    icon: str
    default_view: str
    key: Mapping[str, str]
    title: Mapping[str, str]
    singular: Mapping[str, str]
    description: Mapping[str, str]
    fields: tuple[Mapping[str, Any], ...]
    page: Mapping[str, Mapping[str, str]]
    departures: tuple[Mapping[str, Any], ...] = ()
    views: tuple[Mapping[str, Any], ...] = ()
    samples: tuple[Mapping[str, Any], ...] = ()
    semantic: Mapping[str, Any] = field(default_factory=dict)

    def specs(self, lang: str) -> list[FieldSpec]:
        """Return the fields in a language."""
        last = FieldSpec(key="tags", type="tags", label=TAGS[lang])
        return [*(_spec(row, lang) for row in self.fields), last]

    def points_to(self) -> list[str]:
        """Return the other ready-made forms that its relations point to, each once."""
        named = [row["form"] for row in self.fields if traits(row["type"]).points_to_pages]
        return [name for name in dict.fromkeys(named) if name != self.model]


class UnknownModel(LookupError):
    """There is no ready-made form of this name."""


@cache
def models() -> list[Model]:
    """Return the ready-made forms, in the order of their files."""
    return [_read(path) for path in sorted(FOLDER.glob("*.toml"))]


def shelves() -> list[tuple[Any, list[Model]]]:
    """Return the ready-made forms by group, as the gallery shows them."""
    return [
        (words, [one for one in models() if one.group == name]) for name, words in GROUPS.items()
    ]


def needed_by(model: str) -> list[Model]:
    """Return the other forms that one needs, whole, those that need nothing first. Raises UnknownModel."""
    found: dict[str, Model] = {}

    def need(name: str, above: Sequence[str]) -> None:
        for other in model_named(name).points_to():
            if other not in found and other not in above:
                need(other, [*above, other])
                found[other] = model_named(other)

    need(model, [model])
    return list(found.values())


def model_named(name: str) -> Model:
    """Return a ready-made form. Raises UnknownModel."""
    for model in models():
        if model.model == name:
            return model
    raise UnknownModel(name)


def form_from_model(
    session: Session,
    model: str,
    lang: str,
    *,
    rules: Mapping[str, str] | None = None,
    owner: Actor = SYSTEM,
) -> Form:
    """Make a form from a ready-made one; its address gets a number when it is taken.

    Raises UnknownModel.
    """
    found = model_named(model)
    lang = lang if lang in LANGUAGES else LANGUAGES[0]
    first, key = form_of_model(found.model), found.key[lang]
    if first is not None and key in {one.model for one in models()}:
        # What names a model is its oldest form: the key of another one must not.
        key = f"{key}-2"
    made = make_form(
        session,
        title=found.title[lang],
        suggested_key=key,
        fields=found.specs(lang),
        model=found.model,
        singular=found.singular[lang],
        description=found.description[lang],
        default_view=found.default_view,
        rules=rules,
        owner=owner,
    )
    if first is not None:
        # In the same way, another one points to itself by its address.
        made.fields = [pointing(row, found.model, made.key) for row in made.fields]
        session.flush()
    return made


def _read(path: Path) -> Model:
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    lists = {name: tuple(rows.get(name, ())) for name in LISTS}
    return Model(**(rows | lists))


def _spec(row: Mapping[str, Any], lang: str) -> FieldSpec:
    """Return a field: what is not of every field is an option of its type."""
    plain = {name: row[name] for name in OF_SPEC if name in row}
    texts = {name: row.get(name, {}).get(lang, "") for name in BY_LANGUAGE}
    apart = {"key", "type", *OF_SPEC, *BY_LANGUAGE}
    options = {name: value for name, value in row.items() if name not in apart}
    if isinstance(options.get("text"), dict):
        options["text"] = options["text"][lang]
    if "options" in options:
        choices = options.pop("options")
        options["choices"] = [{"key": choice["key"], "label": choice[lang]} for choice in choices]
    return FieldSpec(key=row["key"], type=row["type"], options=options, **texts, **plain)
