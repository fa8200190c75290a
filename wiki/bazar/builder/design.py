"""The builder's actions as functions from fields to fields; who may do them is asked of `form_rights.py`.

Storing them, with the entries derived again, is `form_changes.change_fields`'s; `screen.py` shows them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from flask import abort
from flask_babel import gettext as _

from wiki.bazar.field import Field
from wiki.bazar.forms import form_rights, forms
from wiki.bazar.forms.definition import RESERVED, TITLE
from wiki.bazar.models import FieldSpec, Form
from wiki.core.access import Actor, current_actor
from wiki.core.names import fold
from wiki.core.params import Param

LONGEST_KEY = 40


def designed_or_403(key: str) -> Form:
    """Return a form that the actor may design. Aborts 404 when they may not read it, else 403."""
    actor = current_actor()
    form = forms.form_or_404(key, actor)
    return form if form_rights.may_design(form, actor) else abort(403)


def may_rule(spec: FieldSpec, form: Form, actor: Actor) -> bool:
    """Answer whether this actor may change who reads and writes a field: only who does both now."""
    return spec in forms.readable_specs(form, actor) and spec in forms.writable_specs(form, actor)


def added(
    specs: Sequence[FieldSpec], kind: Field, form: Form, *, at: int | None, taken: Collection[str]
) -> tuple[list[FieldSpec], str]:
    """Return the fields with a new one of this type, at a place after the title, and its key."""
    key = free_key(kind.name, {spec.key for spec in specs} | set(taken))
    options = {
        param.name: value
        for param in kind.options
        if (value := first_option(param, form)) is not None
    }
    made = FieldSpec(key=key, type=kind.name, label=str(kind.label), options=options)
    place = len(specs) if at is None else max(1, min(at, len(specs)))
    return [*specs[:place], made, *specs[place:]], key


def copied(
    specs: Sequence[FieldSpec], key: str, *, taken: Collection[str]
) -> tuple[list[FieldSpec], str]:
    """Return the fields with a copy of one after it, and the copy's key."""
    place = _place(specs, key)
    new_key = free_key(key, {spec.key for spec in specs} | set(taken))
    copy = replace(specs[place], key=new_key, label=_("%(label)s (copy)", label=specs[place].label))
    return [*specs[: place + 1], copy, *specs[place + 1 :]], new_key


def moved(specs: Sequence[FieldSpec], key: str, step: int) -> list[FieldSpec]:
    """Return the fields with one moved up (-1) or down (1); the title stays first."""
    place = _place(specs, key)
    rest = [spec for spec in specs if spec.key != key]
    target = max(1, min(place + step, len(rest)))
    return [*rest[:target], specs[place], *rest[target:]] if place else list(specs)


def ordered(specs: Sequence[FieldSpec], keys: Sequence[str]) -> list[FieldSpec]:
    """Return the fields in this order; one it does not name stays after its neighbour."""
    by_key = {spec.key: spec for spec in specs[1:]}
    order = [key for key in dict.fromkeys(keys) if key in by_key]
    for before, spec in pairwise(specs):
        if spec.key not in order:
            order.insert(order.index(before.key) + 1 if before.key in order else 0, spec.key)
    return [specs[0], *(by_key[key] for key in order)]


def removed(specs: Sequence[FieldSpec], key: str) -> tuple[list[FieldSpec], int]:
    """Return the fields without one, and where it stood."""
    place = _place(specs, key)
    return [spec for spec in specs if spec.key != key], place


def free_key(wanted: str, taken: Collection[str]) -> str:
    """Return a key made from these words that nothing else bears."""
    bare = re.sub(r"[^a-z0-9]+", "_", fold(wanted)).strip("_")
    named = bare if bare[:1].isalpha() else f"f_{bare}"
    key = re.sub(r"_\d+$", "", named)[: LONGEST_KEY - 4].strip("_")
    numbered = (f"{key}_{number}" for number in range(2, len(taken) + 4))
    busy = {*taken, *RESERVED, TITLE}
    return next(name for name in (key, *numbered) if name not in busy)


def is_provisional(spec: FieldSpec) -> bool:
    """Answer whether a key was made from the type alone, before the field had its own label."""
    return re.fullmatch(rf"{re.escape(spec.type)}(_\d+)?", spec.key) is not None


def set_up(spec: FieldSpec, kind: Field, typed: Mapping[str, str], *, rules: bool) -> FieldSpec:
    """Return a field as the settings form describes it; `rules` says whether its rules may change.

    Whether it is sound is checked when it is stored.
    """
    options = {
        param.name: option_typed(param, typed.get(f"option-{param.name}", ""))
        for param in kind.options
    }
    made = replace(
        spec,
        label=typed.get("label", ""),
        help=typed.get("help", ""),
        required="required" in typed,
        facet="facet" in typed,
        searchable="searchable" in typed,
        in_list="in_list" in typed,
        options={name: value for name, value in options.items() if value not in ("", None)},
    )
    if not rules:
        return made
    read = rule_typed(typed, "read", kind.default_read) if "read" in typed else spec.read
    write = rule_typed(typed, "write") if "write" in typed else spec.write
    return replace(made, read=read, write=write)


def rule_typed(typed: Mapping[str, str], name: str, default: str = "") -> str:
    """Return the rule chosen or typed; "*" where "" would mean something narrower."""
    rule = (typed.get(f"{name}-typed", "").strip() or typed.get(name, "")).strip()
    return ("*" if default else "") if rule in {"", "*"} else rule


def option_typed(param: Param, text: str) -> Any:
    """Return an option of a field type from what was typed for it."""
    if param.kind == "choices":
        return [_choice(line) for line in text.splitlines() if line.strip()]
    if param.kind == "tree":
        return _levels([line for line in text.splitlines() if line.strip()])
    if param.kind == "flag":
        return text == "1"
    return text.strip()


def option_shown(param: Param, value: Any) -> str:
    """Return an option as the settings form shows it; `option_typed` reads it back."""
    if param.kind == "choices":
        rows = value if isinstance(value, list) else []
        return "\n".join(f"{row['key']} | {row['label']}" for row in rows)
    if param.kind == "tree":
        return _levels_shown(value if isinstance(value, list) else [])
    if param.kind == "flag":
        return "1" if value in (True, "1") else ""
    return "" if value is None else str(value)


def find_spec(specs: Sequence[FieldSpec], key: str) -> FieldSpec | None:
    """Return the field of this key, None when it is gone."""
    return next((spec for spec in specs if spec.key == key), None)


def first_option(param: Param, form: Form) -> Any:
    """Return what makes a new field usable at once."""
    if param.kind in {"choices", "tree"}:
        return [{"key": "a", "label": _("First choice")}, {"key": "b", "label": _("Second choice")}]
    if param.kind == "form":
        return form.key
    return param.default or None


def _place(specs: Sequence[FieldSpec], key: str) -> int:
    return next(place for place, spec in enumerate(specs) if spec.key == key)


def _levels(lines: Sequence[str]) -> list[dict[str, str]]:
    """Return options whose level is the count of dashes before them."""
    above: list[str] = []
    rows = []
    for line in lines:
        bare = line.strip().lstrip("-–")
        level = min(len(line.strip()) - len(bare), len(above))
        row = _choice(bare.strip())
        row["key"] = row.get("key") or fold(row["label"])
        rows.append(row | ({"parent": above[level - 1]} if level else {}))
        above = [*above[:level], row["key"]]
    return rows


def _levels_shown(rows: Sequence[Mapping[str, str]]) -> str:
    levels: dict[str, int] = {}
    for row in rows:
        levels[row["key"]] = levels.get(row.get("parent", ""), -1) + 1
    return "\n".join(
        f"{'-' * levels[row['key']]} {row['key']} | {row['label']}".strip() for row in rows
    )


def _choice(line: str) -> dict[str, str]:
    key, bar, label = line.partition("|")
    return {"key": key.strip(), "label": label.strip()} if bar else {"label": key.strip()}
