"""The fields of a form, one action a route, each stored at once: plain forms do all of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.builder import design
from wiki.bazar.builder.blueprint import blueprint
from wiki.bazar.builder.design import designed_or_403
from wiki.bazar.builder.screen import screen
from wiki.bazar.forms import changes, forms, removed_fields
from wiki.bazar.models import FieldSpec, Form
from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.fingerprint import fingerprint
from wiki.core.http import Invalid, audience, see_other
from wiki.pages.models import Page

Change = Callable[[Session, Form, list[FieldSpec]], list[FieldSpec]]


class OvertakenError(Exception):
    """Someone changed the same field between the moment it was checked and the lock."""


@blueprint.get("/-/forms/<form_key>/edit")
@audience("signed-in")
def edit(form_key: str) -> Response:
    """Show the builder, with the settings of the field that the address names."""
    form = designed_or_403(form_key)
    return screen(form, chosen=request.args.get("field", ""))


@blueprint.post("/-/forms/<form_key>/fields")
@audience("signed-in")
def add_field(form_key: str) -> BaseResponse:
    """Add a field of a type: at a place counted after the title, else after the chosen field."""
    form = designed_or_403(form_key)
    kind = forms.field_types().get(request.form.get("type", "")) or abort(400)
    keys: list[str] = []

    def change(session: Session, current: Form, specs: list[FieldSpec]) -> list[FieldSpec]:
        at, taken = _place_asked(specs), removed_fields.removed_of(current)
        changed, key = design.added(specs, kind, current, at=at, taken=taken)
        keys.append(key)
        return changed

    return _stored(form, change, lambda: keys[-1])


@blueprint.post("/-/forms/<form_key>/fields/<key>/position")
@audience("signed-in")
def move_field(form_key: str, key: str) -> BaseResponse:
    """Move a field one place up or down."""
    step = {"up": -1, "down": 1}.get(request.form.get("to", "")) or abort(400)
    return _stored(
        designed_or_403(form_key), lambda _s, _f, specs: design.moved(specs, key, step), lambda: key
    )


@blueprint.post("/-/forms/<form_key>/order")
@audience("signed-in")
def order_fields(form_key: str) -> BaseResponse:
    """Put the fields in the order that was dragged; a script asks, which needs no page back."""
    keys = request.form.getlist("order")
    _store(designed_or_403(form_key), lambda _s, _f, specs: design.ordered(specs, keys))
    return Response(status=204)


@blueprint.post("/-/forms/<form_key>/fields/<key>/copies")
@audience("signed-in")
def copy_field(form_key: str, key: str) -> BaseResponse:
    """Add a copy of a field after it."""
    keys: list[str] = []

    def change(session: Session, current: Form, specs: list[FieldSpec]) -> list[FieldSpec]:
        changed, copy = design.copied(specs, key, taken=removed_fields.removed_of(current))
        keys.append(copy)
        return changed

    return _stored(designed_or_403(form_key), change, lambda: keys[-1])


@blueprint.post("/-/forms/<form_key>/fields/<key>/removal")
@audience("signed-in")
def remove_field(form_key: str, key: str) -> BaseResponse:
    """Take a field out of the form; its values stay, and it can come back."""
    form = designed_or_403(form_key)
    labels: list[str] = []

    def change(session: Session, current: Form, specs: list[FieldSpec]) -> list[FieldSpec]:
        rest, place = design.removed(specs, key)
        if place == 0:
            abort(400)
        removed_fields.keep(session, current, specs[place], place)
        labels.append(specs[place].label)
        return rest

    answer = _stored(form, change)
    undo = url_for("bazar.builder.restore_field", form_key=form.key, key=key)
    told = _("“%(label)s” is removed.", label=labels[-1])
    flash({"text": told, "undo": undo}, "success")  # type: ignore[arg-type]
    return answer


@blueprint.post("/-/forms/<form_key>/fields/<key>/restoration")
@audience("signed-in")
def restore_field(form_key: str, key: str) -> BaseResponse:
    """Put a removed field back where it was, with the values that entries kept."""

    def change(session: Session, current: Form, specs: list[FieldSpec]) -> list[FieldSpec]:
        kept = removed_fields.removed_of(current).get(key) or abort(404)
        place = max(1, min(kept.position, len(specs)))
        return [*specs[:place], kept.as_spec(), *specs[place:]]

    return _stored(designed_or_403(form_key), change, lambda: key, needs_field=False)


@blueprint.post("/-/forms/<form_key>/fields/<key>")
@audience("signed-in")
def set_up_field(form_key: str, key: str) -> BaseResponse:
    """Save the settings of a field; whoever changed it meanwhile is not overwritten (409)."""
    found, actor = designed_or_403(form_key), current_actor()
    typed = request.form.to_dict()
    seen = design.find_spec(found.specs(), key)
    if seen is None or fingerprint(seen) != typed.get("base"):
        return screen(found, chosen=key, typed=typed, status=409)
    made = design.set_up(
        seen, forms.type_of(seen), typed, rules=design.may_rule(seen, found, actor)
    )
    made = _named(found, made)
    try:
        _store(found, lambda _s, _f, specs: _swapped(specs, seen, made))
    except OvertakenError:
        return screen(designed_or_403(form_key), chosen=key, typed=typed, status=409)
    except Invalid as error:
        return screen(found, chosen=key, typed=typed, errors=error.errors, status=422)
    return _to_builder(found, made.key)


def _stored(
    form: Form, change: Change, chosen: Callable[[], str] = str, *, needs_field: bool = True
) -> BaseResponse:
    """Change the fields and go back to the builder, at the field that was chosen."""
    try:
        _store(form, change, needs_field=needs_field)
    except Invalid as error:
        flash(" ".join(error.errors.values()), "error")
        return screen(form, status=422)
    return _to_builder(form, chosen())


def _to_builder(form: Form, key: str) -> BaseResponse:
    anchor = f"piece-{key}" if key else None
    return see_other(
        url_for("bazar.builder.edit", form_key=form.key, field=key or None, _anchor=anchor)
    )


def _store(form: Form, change: Change, *, needs_field: bool = True) -> None:
    """Change the fields as they are now, under the lock; a field that is gone answers 409."""
    field: Any = (request.view_args or {}).get("key") if needs_field else None
    with db.write() as session:
        current = session.get_one(Form, form.id)
        specs = current.specs()
        if field and design.find_spec(specs, field) is None:
            abort(409)
        changed = change(session, current, specs)
        changes.change_fields(session, current, changed, actor=current_actor())


def _place_asked(specs: list[FieldSpec]) -> int | None:
    dropped, after = request.form.get("at", ""), request.form.get("after", "")
    if dropped.isascii() and dropped.isdigit():
        return int(dropped[:4]) + 1
    keys = [spec.key for spec in specs]
    return keys.index(after) + 1 if after in keys else None


def _swapped(specs: list[FieldSpec], seen: FieldSpec, made: FieldSpec) -> list[FieldSpec]:
    if seen not in specs:
        raise OvertakenError
    return [made if spec == seen else spec for spec in specs]


def _named(form: Form, spec: FieldSpec) -> FieldSpec:
    """Name a new field after its label while no entry holds anything under its key."""
    if not design.is_provisional(spec) or not spec.label.strip():
        return spec
    if db.session().scalar(select(Page.id).where(Page.form_id == form.id).limit(1)):
        return spec
    others = {other.key for other in form.specs() if other.key != spec.key}
    return replace(
        spec, key=design.free_key(spec.label, others | set(removed_fields.removed_of(form)))
    )
