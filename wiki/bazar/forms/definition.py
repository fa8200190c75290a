"""What makes a form's definition sound: keys, labels, types and their options, rules of fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from wiki.accounts import people
from wiki.bazar.field import BadValue, Field
from wiki.bazar.models import FieldSpec
from wiki.core import access
from wiki.core.http import Invalid

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
RESERVED = {"q", "sort", "page", "project", "view", "format", "csrf_token"}
"""Words that mean something else in the address of a list or in the form of an entry."""
TITLE = "title"
MOST = 100


def check_fields(
    given: Sequence[FieldSpec | Mapping[str, Any]], types: Mapping[str, Field]
) -> list[FieldSpec]:
    """Return the fields as they are kept. Raises Invalid with a message by `field-<position>`."""
    if not given or len(given) > MOST:
        raise Invalid(fields=_("A form has one to %(count)s fields.", count=MOST))
    errors: dict[str, str] = {}
    specs: list[FieldSpec] = []
    for position, raw in enumerate(given):
        try:
            specs.append(_checked(_spec_of(raw), types, first=position == 0, before=specs))
        except BadValue as error:
            errors[f"field-{position}"] = str(error)
    if errors:
        raise Invalid(**errors)
    return specs


def _spec_of(raw: FieldSpec | Mapping[str, Any]) -> FieldSpec:
    if isinstance(raw, FieldSpec):
        return raw
    known = {item.name: str(item.type) for item in dataclass_fields(FieldSpec)}
    unknown = sorted(set(raw) - set(known))
    if unknown:
        raise BadValue(_("Unknown setting: %(name)s.", name=unknown[0]))
    wanted = {"str": str, "bool": bool}
    for name, value in raw.items():
        if not isinstance(value, wanted.get(known[name], dict)):
            raise BadValue(_("%(name)s has a value of the wrong kind.", name=name))
    if not {"key", "type", "label"} <= set(raw):
        raise BadValue(_("A field needs a key, a type and a label."))
    return FieldSpec(**raw)


def _checked(
    spec: FieldSpec, types: Mapping[str, Field], *, first: bool, before: Sequence[FieldSpec]
) -> FieldSpec:
    kind = types.get(spec.type)
    if first and not (spec.key == TITLE and kind is not None and kind.short_text):
        raise BadValue(_("The first field is the title, a short text."))
    _check_key(spec, before=before)
    if kind is None:
        raise BadValue(_("There is no type of field called %(name)s.", name=spec.type))
    if not spec.label.strip():
        raise BadValue(_("Give this field a label."))
    if kind.only_one and any(other.type == spec.type for other in before):
        raise BadValue(str(kind.only_one))
    spec = _by_role(spec, kind)
    spec = replace(
        spec,
        label=" ".join(spec.label.split())[:200],
        help=spec.help.strip()[:1000],
        read=_rule(spec.read) or kind.default_read,
        write=_rule(spec.write),
        facet=spec.facet and kind.can_facet,
        required=spec.required or first,
    )
    if (first or kind.stores_tags) and not {spec.read, spec.write} <= {"", "*"}:
        raise BadValue(_("The title and the tags have no rule of their own: the entry's holds."))
    return kind.check_options(spec)


def _by_role(spec: FieldSpec, kind: Field) -> FieldSpec:
    """Return a field without the settings that mean nothing for what nobody answers."""
    if kind.role == "answer":
        return spec
    spec = replace(spec, required=False, write="")
    if kind.role == "block":
        spec = replace(spec, read="", facet=False, searchable=False, in_list=False)
    return spec


def _check_key(spec: FieldSpec, *, before: Sequence[FieldSpec]) -> None:
    if not KEY.fullmatch(spec.key):
        raise BadValue(_("A key has small letters, digits and _, and begins with a letter."))
    if spec.key in RESERVED:
        raise BadValue(_("The key %(key)s means something else: choose another.", key=spec.key))
    if any(other.key == spec.key for other in before):
        raise BadValue(_("The key %(key)s is used twice.", key=spec.key))


def _rule(rule: str) -> str:
    """Return a rule without spare spaces. Raises BadValue on a name that nobody bears."""
    try:
        access.compile_rule(rule, people.resolve_rule_name)
    except access.UnknownName as error:
        raise BadValue(_("Nobody is called %(name)s.", name=str(error))) from error
    return " ".join(rule.replace(",", " ").split())
