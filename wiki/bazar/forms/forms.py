"""Forms: found with their rights, and which of their fields who may see.

What entries hold is `entries.py`'s; forms are made and changed in `form_changes.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache, partial
from typing import Any, Literal

from flask import abort, has_request_context, redirect, request, url_for
from sqlalchemy import ColumnElement, Integer, case, cast, null, or_, select

from wiki.accounts import people
from wiki.bazar.field import Field
from wiki.bazar.models import FieldSpec, Form, FormAlias
from wiki.core import access, db
from wiki.core.access import Actor, Privilege
from wiki.core.names import fold
from wiki.core.registry import load

_GONE = Field()
"""Stands for the type of a field whose class is gone."""


@cache
def field_types() -> dict[str, Field]:
    """Return every type of field by its name."""
    return load("wiki.bazar.fields", Field)


def type_of(spec: FieldSpec) -> Field:
    """Return the type of a field. Raises KeyError when its class is gone."""
    return field_types()[spec.type]


def traits(name: str) -> Field:
    """Return the type of a name to ask for its traits; one without any when its class is gone."""
    return field_types().get(name, _GONE)


def traits_of(spec: FieldSpec) -> Field:
    """Return the type of a field to ask for its traits; one without any when its class is gone."""
    return field_types().get(spec.type, _GONE)


def role(spec: FieldSpec) -> str:
    """Return where a field's values come from; "" when its class is gone."""
    kind = field_types().get(spec.type)
    return kind.role if kind else ""


def form_or_404(key: str, actor: Actor, *, need: Literal["read", "write"] = "read") -> Form:
    """Return the form at this address. Aborts 404 when it is not there or may not be read.

    `write` asks for what adding an entry needs; aborts 403 without it.
    """
    form: Form | None = db.session().scalar(_visible(actor).where(Form.key_folded == fold(key)))
    if form is None:
        form = _moved(key, actor)
    if need == "write" and not may_add(form, actor):
        abort(403)
    return form


def forms_visible(actor: Actor) -> Sequence[Form]:
    """Return the forms whose entries this actor may read by the form's own rules, by title."""
    return db.session().scalars(_visible(actor).order_by(Form.title, Form.id)).all()


def form_of_model(model: str, *, actor: Actor | None = None) -> Form | None:
    """Return the form made from a ready-made one, the oldest; for an actor, if visible."""
    query = _visible(actor) if actor else select(Form).where(Form.trashed_at.is_(None))
    return db.session().scalar(
        query.where(Form.model == model, Form.model != "").order_by(Form.id).limit(1)
    )


def known_form(model: str, *, actor: Actor) -> Form | None:
    """Return the visible form of a model, looked for once a reading."""
    return db.once(("form_of_model", model, actor), lambda: form_of_model(model, actor=actor))


def look_for(models: Collection[str], *, actor: Actor) -> dict[str, Form]:
    """Return the visible forms of these models, in one statement; `known_form` then knows them all."""
    kept = db.session().info
    if all(("form_of_model", model, actor) in kept for model in models):
        known = {model: known_form(model, actor=actor) for model in models}
        return {model: form for model, form in known.items() if form is not None}
    query = _visible(actor).where(Form.model.in_(sorted(models))).order_by(Form.id.desc())
    found: dict[str, Form] = {form.model: form for form in db.session().scalars(query)}
    for model in models:
        db.once(("form_of_model", model, actor), partial(found.get, model))
    return found


def form_named(reference: str) -> Form | None:
    """Return the form a relation points to: by its model first, else by its key."""
    return db.once(("form_named", reference), lambda: _form_named(reference)) if reference else None


def may_add(form: Form, actor: Actor) -> bool:
    """Answer whether this actor may add an entry."""
    rule = str(form.settings.get("add") or "")
    if rule and not actor.is_admin:
        # Said for this very form: it holds even where the wiki takes no change without account.
        reads = select(Form.id).where(Form.id == form.id, _allowed(actor, "read"))
        return _passes(rule, actor, None) and db.session().scalar(reads) is not None
    query = select(Form.id).where(Form.id == form.id, access.allows(actor, "write", _Rules))
    return db.session().scalar(query) is not None


def forms_addable(actor: Actor) -> Sequence[Form]:
    """Return the forms this actor may add an entry to, by title, in one query."""
    query = _visible(actor).where(_allowed(actor, "write"))
    return db.session().scalars(query.order_by(Form.title, Form.id)).all()


def readable_specs(form: Form, actor: Actor, owner_id: int | None = None) -> list[FieldSpec]:
    """Return the fields this actor may read, of an entry owned by `owner_id` (None: any)."""
    owns = owner_id is not None and owner_id == actor.id
    key = ("readable_specs", form.id, form.version, actor, owns)
    return list(db.once(key, lambda: _readable_specs(form, actor, actor.id if owns else None)))


def writable_specs(
    form: Form, actor: Actor, owner_id: int | None = None, *, creating: bool = False
) -> list[FieldSpec]:
    """Return the fields this actor may fill in.

    Nobody changes what they cannot see; but who makes an entry fills in even what is then hidden
    from them (an address left by someone without account).
    """
    specs = [spec for spec in form.specs() if _passes(spec.write, actor, owner_id)]
    return [spec for spec in specs if creating or _passes(spec.read, actor, owner_id)]


def is_open(spec: FieldSpec) -> bool:
    """Answer whether all who read an entry may read this field: what may be indexed and linked."""
    return spec.read.strip() in {"", "*"}


def _readable_specs(form: Form, actor: Actor, owner_id: int | None) -> list[FieldSpec]:
    return [spec for spec in form.specs() if _passes(spec.read, actor, owner_id)]


def _moved(key: str, actor: Actor) -> Form:
    """Return the form that had this address; who reads is sent to its address of now. Aborts 404."""
    former = _visible(actor).join(FormAlias, FormAlias.form_id == Form.id)
    form: Form | None = db.session().scalar(former.where(FormAlias.key_folded == fold(key)))
    if form is None:
        abort(404)
    if has_request_context() and request.method in {"GET", "HEAD"} and request.endpoint:
        view: dict[str, Any] = {**request.args.to_dict(flat=False), **(request.view_args or {})}
        # The variable is `form` in the API's addresses, whose names are part of its contract.
        variable = "form_key" if "form_key" in view else "form"
        abort(redirect(url_for(request.endpoint, **(view | {variable: form.key})), 301))
    return form


def _form_named(reference: str) -> Form | None:
    key = fold(reference)
    former = select(FormAlias.form_id).where(FormAlias.key_folded == key)
    first = case((Form.model == reference, 0), (Form.key_folded == key, 1), else_=2)
    query = select(Form).where(
        Form.trashed_at.is_(None),
        or_(Form.model == reference, Form.key_folded == key, Form.id.in_(former)),
    )
    return db.session().scalar(query.order_by(first, Form.id).limit(1))


class _Rules:
    """A form seen as what rights are asked of: rules, no owner, no membrane of its own."""

    owner_id = cast(null(), Integer)
    rules_id = Form.rules_id
    membrane_id = cast(null(), Integer)


def _visible(actor: Actor) -> Any:
    return select(Form).where(Form.trashed_at.is_(None), _allowed(actor, "read"))


def _allowed(actor: Actor, privilege: Privilege) -> ColumnElement[bool]:
    return access.allows(actor, privilege, _Rules)


def _passes(rule: str, actor: Actor, owner_id: int | None) -> bool:
    return access.rule_allows(actor, rule, people.resolve_rule_name, owner_id=owner_id)


def trashed_forms() -> Sequence[Form]:
    """Return the forms in the trash, the last first."""
    query = select(Form).where(Form.trashed_at.is_not(None)).order_by(Form.trashed_at.desc())
    return db.session().scalars(query).all()
