"""Which column answers which field, and what an entry is recognised by: guessed, then as chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from wiki.bazar.entries import entries
from wiki.bazar.forms import forms
from wiki.bazar.forms.definition import TITLE
from wiki.bazar.imports.tables import ADDRESS, Table
from wiki.bazar.models import FieldSpec, Form
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.core.names import fold

ALWAYS_ADD = ""
ADDRESSES = {"address", "adresse", "id_fiche", ADDRESS}
TITLES = {"title", "titre", "bf_titre"}


def offered(form: Form, actor: Actor) -> list[FieldSpec]:
    """Return the fields that a column may answer, and those it may only be recognised by."""
    asked = {spec.key for spec in entries.asked(form, actor, None)}
    readable = {spec.key for spec in forms.readable_specs(form, actor)}
    return [
        spec
        for spec in form.specs()
        if spec.key in asked or (forms.traits_of(spec).generated_key and spec.key in readable)
    ]


def matchable(form: Form, actor: Actor, targets: Sequence[str]) -> list[tuple[str, str]]:
    """Return what entries can be recognised by, among the columns that are used, as (key, words).

    A field that the actor may not read would tell what it holds.
    """
    readable = {spec.key for spec in forms.readable_specs(form, actor)}
    found = [(ADDRESS, str(_("Address, else title")))] if ADDRESS in targets else []
    return found + [
        (spec.key, spec.label)
        for spec in offered(form, actor)
        if spec.key in targets and forms.traits_of(spec).identifying and spec.key in readable
    ]


def guess(form: Form, actor: Actor, table: Table) -> list[str]:
    """Return the field each column most likely answers, by its key or label; "" for none."""
    names = _names(offered(form, actor))
    targets: list[str] = []
    for column in table.columns:
        wanted = fold(str(column).rstrip(" *")).strip()
        found = names.get(wanted) or _begun_by(names, wanted)
        if not found or found in targets:
            found = ADDRESS if wanted in ADDRESSES else ""
        targets.append("" if found in targets else found)
    return targets


def guess_match(form: Form, actor: Actor, targets: Sequence[str]) -> str:
    """Return what entries are best recognised by: an address, a number of ours, the title."""
    keys = [key for key, _words in matchable(form, actor, targets)]
    generated = [spec.key for spec in form.specs() if forms.traits_of(spec).generated_key]
    best = [key for key in (ADDRESS, *generated, TITLE) if key in keys]
    return best[0] if best else ALWAYS_ADD


def checked(form: Form, actor: Actor, table: Table, targets: Sequence[str], match: str) -> None:
    """Check a mapping. Raises Invalid (`targets`, `match`)."""
    known = {spec.key for spec in offered(form, actor)} | {ADDRESS}
    used = [target for target in targets if target]
    if len(targets) != len(table.columns) or not set(used) <= known:
        raise Invalid(targets=_("Choose a field of this form for each column, or none."))
    if len(set(used)) < len(used):
        raise Invalid(targets=_("Two columns answer the same field."))
    if not any(target != ADDRESS for target in used):
        raise Invalid(targets=_("Choose at least one field."))
    if match and match not in {key for key, _words in matchable(form, actor, targets)}:
        raise Invalid(match=_("Choose a column that is used, to recognise entries by."))


def named(form: Form, actor: Actor, table: Table, asked: Mapping[str, str]) -> list[str]:
    """Return the guessed mapping with what the command line or the API says, by column. Raises Invalid."""
    unknown = sorted(set(asked) - set(table.columns))
    if unknown:
        raise Invalid(targets=_("There is no column called %(name)s.", name=unknown[0]))
    guessed = zip(table.columns, guess(form, actor, table), strict=True)
    taken = set(asked.values())
    return [asked.get(column, "" if found in taken else found) for column, found in guessed]


def _begun_by(names: Mapping[str, str], wanted: str) -> str:
    """Return the one field whose label begins with these words, "" for none or several."""
    found = {key for name, key in names.items() if len(wanted) > 2 and name.startswith(wanted)}
    return found.pop() if len(found) == 1 else ""


def _names(specs: Sequence[FieldSpec]) -> dict[str, Any]:
    """Return the fields by what may be at the head of their column; keys win over labels."""
    labels = {fold(spec.label).strip(): spec.key for spec in reversed(specs)}
    labels |= {fold(f"{spec.label} ({spec.key})"): spec.key for spec in specs}
    titles = {word: TITLE for word in TITLES if any(spec.key == TITLE for spec in specs)}
    return titles | labels | {fold(spec.key): spec.key for spec in specs}
