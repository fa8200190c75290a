"""Choices of several levels: a choice is found by those it stands under too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.bazar.field import IndexValue
from wiki.bazar.fields.choice import LIST
from wiki.bazar.fields.choices import Choices
from wiki.bazar.models import FieldSpec
from wiki.bazar.values import vocabularies
from wiki.core.params import Param

ARROW = " › "


class Tree(Choices):
    """As several choices; an option may have a "parent"."""

    name: ClassVar[str] = "tree"
    order = 1000
    summary = "choices in levels; one is found by those it stands under"
    sample = "f"
    sample_options = {
        "choices": [
            {"key": "w", "label": "West"},
            {"key": "b", "label": "Brittany", "parent": "w"},
            {"key": "f", "label": "Finistère", "parent": "b"},
        ]
    }
    label = _l("Choices in levels")
    icon = "workflow"
    options = (
        Param("choices", _l("Choices"), "tree", help=_l("One a line, a dash more for each level.")),
        LIST,
    )

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        paths = self.paths(spec)
        keys = dict.fromkeys(key for one in value for key in [*paths.get(one, []), one])
        return [IndexValue(text=key) for key in keys]

    def words(self, spec: FieldSpec, value: Any) -> str:
        labels = self.labels(spec)
        return ", ".join(
            labels.get(row.text or "", row.text or "") for row in self.index(spec, value)
        )

    def facet_label(self, spec: FieldSpec, text: str) -> str:
        labels = self.labels(spec)
        path = [*self.paths(spec).get(text, []), text]
        return ARROW.join(labels.get(key, key) for key in path)

    def facet_levels(self, spec: FieldSpec) -> Mapping[str, int]:
        return {key: len(path) for key, path in self.paths(spec).items()}

    def paths(self, spec: FieldSpec) -> dict[str, list[str]]:
        """Return what each option stands under, from the top, by key."""
        paths: dict[str, list[str]] = {}
        for row in self.rows(spec):
            parent = row.get("parent", "")
            paths[row["key"]] = [*paths.get(parent, []), parent] if parent else []
        return paths

    def nested(self, spec: FieldSpec, value: Any) -> list[tuple[str, str, int]]:
        """Return the options as (key, label, level), the level from 0."""
        paths = self.paths(spec)
        return [(key, label, len(paths.get(key, []))) for key, label in self.choices(spec, value)]

    def checked(self, rows: Any) -> list[dict[str, str]]:
        plain = super().checked(rows)
        for kept, raw in zip(plain, rows, strict=True):
            if isinstance(raw, dict) and raw.get("parent"):
                kept["parent"] = str(raw["parent"])
        return vocabularies.in_order(plain)
