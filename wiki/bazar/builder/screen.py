"""The screen of the builder: types to add, the form as it will look, one field's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import select

from wiki.accounts.models import Group
from wiki.bazar.builder import design
from wiki.bazar.entries import form_migration
from wiki.bazar.field import Field
from wiki.bazar.forms import forms, removed_fields
from wiki.bazar.models import FieldSpec, Form
from wiki.bazar.values import vocabularies
from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.fingerprint import fingerprint
from wiki.core.http import render
from wiki.core.params import Param
from wiki.pages import rights


@dataclass(frozen=True)
class Panel:
    """The settings of one field as the screen shows them: stored, or as typed and not taken."""

    spec: FieldSpec
    kind: Field
    base: str
    is_title: bool
    may_rule: bool
    options: list[tuple[Param, str]]
    is_new: bool = False
    """Just added: its words are what one types first."""


def screen(
    form: Form,
    *,
    chosen: str = "",
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Answer with the builder; `typed` are settings that could not be taken, shown again."""
    specs, types = form.specs(), forms.field_types()
    return render(
        "bazar/builder.html",
        status=status,
        form=form,
        pieces=[(spec, types[spec.type]) for spec in specs if spec.type in types],
        palette=_palette(types),
        panel=_panel(form, specs, chosen, typed),
        chosen=chosen,
        lost=typed if status == 409 else None,
        errors=_own_errors(errors),
        readers=rule_choices(_("Everyone who may read the entry")),
        writers=rule_choices(_("Everyone who may change the entry")),
        all_fields=[(one.key, one.label) for one in specs if forms.role(one) == "answer"],
        all_lists=vocabularies.every(),
        all_forms=forms.forms_visible(current_actor()),
        removed=list(removed_fields.removed_of(form).values()),
        in_words=rights.in_words,
        works=form_migration.at_work(form),
    )


def rule_choices(everyone: str) -> list[tuple[str, str]]:
    """Return the rules people choose among, as (rule, words): the others are typed."""
    groups = select(Group.name).where(Group.of_project.is_(False)).order_by(Group.name_key)
    named = [f"@{name}" for name in db.session().scalars(groups)]
    return [("*", everyone), *((rule, rights.in_words(rule)) for rule in ("+", *named, "%"))]


def _palette(types: Mapping[str, Field]) -> list[tuple[str, list[Field]]]:
    """Return the types by group, groups in the order of their first type."""
    ordered = sorted(types.values(), key=lambda kind: (kind.order, str(kind.label)))
    groups: dict[str, list[Field]] = {}
    for kind in ordered:
        groups.setdefault(str(kind.group), []).append(kind)
    return list(groups.items())


def _panel(
    form: Form, specs: list[FieldSpec], chosen: str, typed: Mapping[str, str] | None
) -> Panel | None:
    stored = design.find_spec(specs, chosen)
    if stored is None or stored.type not in forms.field_types():
        return None
    kind = forms.field_types()[stored.type]
    may_rule = design.may_rule(stored, form, current_actor())
    shown = design.set_up(stored, kind, typed, rules=may_rule) if typed else stored
    shown = replace(shown, read=shown.read or "*", write=shown.write or "*")
    options = [(param, _option(param, shown, typed)) for param in kind.options]
    is_new = typed is None and stored.label == str(kind.label) and design.is_provisional(stored)
    stamp = fingerprint(stored)
    return Panel(shown, kind, stamp, stored is specs[0], may_rule, options, is_new)


def _option(param: Param, spec: FieldSpec, typed: Mapping[str, str] | None) -> str:
    if typed is not None:
        return typed.get(f"option-{param.name}", "")
    return design.option_shown(param, spec.options.get(param.name))


def _own_errors(errors: Mapping[str, str] | None) -> dict[str, Any]:
    """Return the messages for the chosen field, whatever its position."""
    return {"settings": " ".join(errors.values())} if errors else {}
