"""A field's key and type, changed once one has seen what becomes of the answers; and how far that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.builder import design
from wiki.bazar.builder.blueprint import blueprint
from wiki.bazar.builder.design import designed_or_403
from wiki.bazar.entries import form_migration
from wiki.bazar.field import BadValue, Field
from wiki.bazar.forms import forms, removed_fields
from wiki.bazar.forms.definition import TITLE
from wiki.bazar.models import FieldSpec, Form
from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.fingerprint import fingerprint
from wiki.core.http import Invalid, audience, render, see_other
from wiki.core.names import fold
from wiki.pages import find
from wiki.pages.models import Page, Revision

MOST_CHOICES = 200


@blueprint.get("/-/forms/<form_key>/fields/<key>/rework")
@audience("signed-in")
def ask_rework(form_key: str, key: str) -> Response:
    """Show a field's key and type; with `type`, what would become of the answers."""
    form = designed_or_403(form_key)
    spec = _spec_or_404(form, key)
    wanted = request.args.get("type", spec.type)
    return _screen(form, spec, wanted if wanted in _types(spec) else abort(400), spec.key)


@blueprint.post("/-/forms/<form_key>/fields/<key>/rework")
@audience("signed-in")
def rework_field(form_key: str, key: str) -> BaseResponse:
    """Give a field the key and the type that were chosen; what would be lost asks for a word first."""
    found, actor = designed_or_403(form_key), current_actor()
    spec = _spec_or_404(found, key)
    wanted, name = request.form.get("type", spec.type), request.form.get("name", key).strip()
    if wanted not in _types(spec):
        abort(400)
    if request.form.get("base") != fingerprint(spec):
        return _screen(found, spec, wanted, name, overtaken=True, status=409)
    made = _retyped(found, spec, wanted)
    lost = (
        form_migration.foresee(found, spec, made, actor=actor).lost if made.type != spec.type else 0
    )
    if lost and "agreed" not in request.form:
        errors = {"agreed": _("Tick this box: these answers stay in the history only.")}
        return _screen(found, spec, wanted, name, errors=errors, status=422)
    try:
        _store(found, spec, made, name)
    except Invalid as error:
        errors = {"name": " ".join(error.errors.values())}
        return _screen(found, spec, wanted, name, errors=errors, status=422)
    flash(_("“%(label)s” is changed.", label=spec.label), "success")
    return see_other(url_for("bazar.builder.edit", form_key=found.key, field=name))


@blueprint.get("/-/forms/<form_key>/work")
@audience("signed-in")
def work(form_key: str) -> Response:
    """Say how far a changed form is with its entries."""
    form = designed_or_403(form_key)
    return render("bazar/migration_progress.html", form=form, works=form_migration.at_work(form))


def _store(form: Form, spec: FieldSpec, made: FieldSpec, name: str) -> None:
    """Change type and key under the lock. Raises Invalid."""
    actor = current_actor()
    with db.write() as session:
        current = session.get_one(Form, form.id)
        if spec not in current.specs():
            abort(409)
        if made.type != spec.type:
            form_migration.retype(session, current, spec, made, actor=actor)
        if name != spec.key:
            if name in removed_fields.removed_of(current):
                raise Invalid(name=_("A removed field has this key: choose another."))
            form_migration.rename(session, current, spec.key, name, actor=actor)


def _spec_or_404(form: Form, key: str) -> FieldSpec:
    """Return a field that has answers of its own and that the actor may rule. Aborts 404, 403."""
    spec = design.find_spec(form.specs(), key)
    if spec is None or spec.key == TITLE or forms.role(spec) != "answer":
        abort(404)
    return spec if design.may_rule(spec, form, current_actor()) else abort(403)


def _types(spec: FieldSpec) -> dict[str, Field]:
    """Return the types a field may have: those that people answer, whose values an entry holds."""
    if form_migration.is_fixed(forms.type_of(spec)):
        return {spec.type: forms.type_of(spec)}
    return {
        name: kind
        for name, kind in forms.field_types().items()
        if kind.role == "answer" and not form_migration.is_fixed(kind)
    }


def _retyped(form: Form, spec: FieldSpec, wanted: str) -> FieldSpec:
    """Return a field of another type: options that both types have, what makes the rest usable."""
    if wanted == spec.type:
        return spec
    kind = forms.field_types()[wanted]
    options: dict[str, Any] = {}
    for param in kind.options:
        value = spec.options.get(param.name, design.first_option(param, form))
        if param.kind in {"choices", "tree"} and param.name not in spec.options:
            value = _choices_held(form, spec) or value
        if value not in (None, ""):
            options[param.name] = value
    if options.get("list") and "choices" not in spec.options:
        options.pop("choices", None)
    made = replace(spec, type=wanted, options=options, facet=spec.facet and kind.can_facet)
    try:
        # Checked now, so that what is foreseen is what will be stored.
        return kind.check_options(made)
    except BadValue:
        return made


def _choices_held(form: Form, spec: FieldSpec) -> list[dict[str, str]]:
    """Return the answers the actor may see, as choices; none when they are too many to be a list."""
    ids = find.visible_pages(current_actor()).where(Page.form_id == form.id)
    query = select(Revision.data).join(
        Page, (Page.id == Revision.page_id) & (Page.revision_no == Revision.number)
    )
    words: dict[str, str] = {}
    kind = forms.type_of(spec)
    for data in db.session().scalars(query.where(Page.id.in_(ids.with_only_columns(Page.id)))):
        value = data.get(spec.key)
        if value is None or not kind.holds(spec, value):
            continue
        for one in value if isinstance(value, list) else [kind.text(spec, value)]:
            label = " ".join(str(one).replace("|", "/").split())[:200]
            words.setdefault(fold(label), label)
    if not words or len(words) > MOST_CHOICES:
        return []
    return [{"key": key, "label": label} for key, label in sorted(words.items())]


def _screen(
    form: Form,
    spec: FieldSpec,
    wanted: str,
    name: str,
    *,
    errors: Mapping[str, str] | None = None,
    overtaken: bool = False,
    status: int = 200,
) -> Response:
    types = _types(spec)
    foresight = None
    if wanted != spec.type:
        made = _retyped(form, spec, wanted)
        foresight = form_migration.foresee(form, spec, made, actor=current_actor())
    return render(
        "bazar/migration.html",
        status=status,
        form=form,
        spec=spec,
        name=name,
        wanted=types[wanted],
        now=types[spec.type],
        types=_offered(types),
        foresight=foresight,
        base=fingerprint(spec),
        overtaken=overtaken,
        errors=errors or {},
    )


def _offered(types: Mapping[str, Field]) -> Sequence[tuple[str, str]]:
    return sorted(((name, str(kind.label)) for name, kind in types.items()), key=lambda one: one[1])
