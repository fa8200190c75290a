"""Who may make and change forms, and the check that no change of a form shows hidden values.

Every way of changing a form (builder, code, files, keys and types) ends in `check_change`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask import abort
from flask_babel import gettext as _
from sqlalchemy import select

from wiki.accounts import people
from wiki.bazar.forms import forms, references, removed_fields
from wiki.bazar.forms.definition import TITLE
from wiki.bazar.models import FieldSpec, Form
from wiki.core import access, db, settings
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.core.names import fold
from wiki.pages import rights
from wiki.pages.models import Page, Revision

DESIGN = "design"
"""The setting of a form that lets more people change it: a rule, "" for none."""


def may_make(actor: Actor) -> bool:
    """Answer whether this actor may make forms: they write pages, and the site's rule lets them."""
    if actor.is_anonymous or not rights.may_create(actor):
        return actor.is_admin
    rule = str(settings.get("form_makers"))
    return actor.is_facilitator or access.rule_allows(actor, rule, people.resolve_rule_name)


def may_design(form: Form, actor: Actor) -> bool:
    """Answer whether this actor may change a form: its owner, facilitators, admins, whom its rule adds."""
    if actor.is_admin or actor.is_anonymous:
        return actor.is_admin
    if actor.is_facilitator or form.owner_id == actor.id:
        return True
    rule = design_rule(form)
    return bool(rule) and access.rule_allows(actor, rule, people.resolve_rule_name)


def design_rule(form: Form) -> str:
    """Return the rule that lets more people change a form, "" for none."""
    return str(form.settings.get(DESIGN) or "")


def check_change(
    form: Form, before: Iterable[FieldSpec], after: Sequence[FieldSpec], actor: Actor
) -> None:
    """Check that an actor may give a form these fields.

    Who makes values visible to more people must be able to read them: hidden values stay hidden from
    whoever designs a form. Aborts 403; raises Invalid with `field-<position>`.
    """
    if not may_design(form, actor):
        abort(403)
    if actor.is_admin:
        return
    known = {key: row.as_spec() for key, row in removed_fields.removed_of(form).items()}
    known |= {spec.key: spec for spec in before}
    errors: dict[str, str] = {}
    for at, spec in enumerate(after):
        old = known.get(spec.key)
        if spec == old:
            continue
        if _reveals(old, spec, actor) and _holds_values(form, old or spec):
            errors[f"field-{at}"] = _(
                "“%(label)s” would show answers that you may not read yourself: ask an admin.",
                label=spec.label,
            )
        elif unread := _unread_names(old, spec, known, actor):
            errors[f"field-{at}"] = _(
                "“%(label)s” uses “%(other)s”, whose answers you may not read: ask an admin.",
                label=spec.label,
                other=unread[0].label,
            )
    if errors:
        raise Invalid(**errors)


def check_new_key(form: Form, key: str, actor: Actor) -> None:
    """Refuse a key under which entries still hold values of another field. Raises Invalid (`name`)."""
    if not actor.is_admin and _holds_values(form, FieldSpec(key, "", "")):
        raise Invalid(name=_("Entries hold other answers under this key: choose another."))


def may_read_values(spec: FieldSpec, actor: Actor) -> bool:
    """Answer whether this actor reads a field of every entry, whoever owns it."""
    if actor.is_admin:
        return True
    return not _is_masked(spec) and access.rule_allows(actor, spec.read, people.resolve_rule_name)


def _reveals(old: FieldSpec | None, new: FieldSpec, actor: Actor) -> bool:
    """Answer whether a changed field shows its values to more people, without the right to."""
    if old is None:
        # No field is known to have had this key: nobody reads what entries hold under it.
        return new.key != TITLE
    retyped = old.type != new.type
    if retyped and any(forms.traits_of(spec).restricts_readers for spec in (old, new)):
        # Such an answer says who reads the whole entry.
        return True
    if _is_masked(old):
        return retyped or not _is_masked(new)
    return not _is_within(new.read, old.read) and not may_read_values(old, actor)


def _is_masked(spec: FieldSpec) -> bool:
    """Answer whether readers of a field are shown something else than its values."""
    kind = forms.field_types().get(spec.type)
    return kind is None or kind.masks(spec)


def _is_within(new: str, old: str) -> bool:
    """Answer whether whoever a rule lets read could read under the old one, as far as words tell."""
    before, after = _words(old), _words(new)
    if before == after or before <= {"*"}:
        return True
    denied = {word for word in before if word.startswith("!")}
    if not denied <= after:
        return False
    allowing, allowed = _allowing(before), _allowing(after)
    if "%" in allowed - allowing and denied:
        # Owners read whatever else is said of them.
        return False
    if "*" in allowing or allowed <= allowing:
        return True
    return "+" in allowing and "*" not in allowed


def _words(rule: str) -> set[str]:
    return {fold(word) for word in rule.replace(",", " ").split()}


def _allowing(words: set[str]) -> set[str]:
    """Return the words that let someone pass; an empty rule, or one of denials only, lets all."""
    return {word for word in words if not word.startswith("!")} or {"*"}


def _unread_names(
    old: FieldSpec | None, new: FieldSpec, known: Mapping[str, FieldSpec], actor: Actor
) -> list[FieldSpec]:
    """Return the fields a formula, a template or a condition newly names and the actor may not read."""
    if old is not None and (old.type, old.options, old.read) == (new.type, new.options, new.read):
        return []
    named = references.names_of(new)
    return [
        spec for key, spec in known.items() if key in named and not may_read_values(spec, actor)
    ]


def _holds_values(form: Form, spec: FieldSpec) -> bool:
    """Answer whether an entry of a form, or its history, holds values under the key of a field."""
    query = select(Page.id).where(Page.form_id == form.id).limit(1)
    kind = forms.traits(spec.type)
    if not (kind.stores_file or kind.stores_tags):
        query = query.join(Revision, Revision.page_id == Page.id).where(
            Revision.data[spec.key].as_string().is_not(None)
        )
    return db.session().scalar(query) is not None
