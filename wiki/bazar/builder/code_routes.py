"""The code tab, a form's file, a copy of a form, and a form made from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.builder import design, form_files, new_routes
from wiki.bazar.builder.blueprint import blueprint
from wiki.bazar.builder.design import designed_or_403
from wiki.bazar.forms import changes, form_rights, removed_fields
from wiki.bazar.lists import semantic
from wiki.bazar.models import FieldSpec, Form
from wiki.core import db
from wiki.core.access import RuleSet, current_actor
from wiki.core.fingerprint import fingerprint
from wiki.core.http import Invalid, audience, download, render, see_other


@blueprint.get("/-/forms/<form_key>/code")
@audience("signed-in")
def code(form_key: str) -> Response:
    """Show a form as JSON."""
    form = designed_or_403(form_key)
    return _screen(form, form_files.as_json(form))


@blueprint.get("/-/forms/<form_key>/form.json")
@audience("signed-in")
def as_file(form_key: str) -> Response:
    """Give a form as a file that another wiki takes."""
    form = designed_or_403(form_key)
    return download(form_files.as_json(form), f"form-{form.key}.json", "application/json")


@blueprint.post("/-/forms/<form_key>/code")
@audience("signed-in")
def change_code(form_key: str) -> BaseResponse:
    """Change a form as the JSON says; what it does not name any more is removed, and can come back."""
    form = designed_or_403(form_key)
    text = request.form.get("code", "").replace("\r\n", "\n")
    if request.form.get("base") != _stamp(form):
        return _screen(form, text, overtaken=True, status=409)
    try:
        wanted = form_files.read(text)
        with db.write() as session:
            _change(session, session.get_one(Form, form.id), wanted)
    except Invalid as error:
        return _screen(form, text, errors=error.errors, status=422)
    flash(_("The form is changed."), "success")
    return see_other(url_for("bazar.builder.code", form_key=form.key))


@blueprint.post("/-/forms/<form_key>/copies")
@audience("signed-in")
def copy_form(form_key: str) -> BaseResponse:
    """Make a form with the same fields, words and rules, and no entry."""
    found, actor = designed_or_403(form_key), current_actor()
    if not form_rights.may_make(actor):
        abort(403)
    title = _("%(title)s (copy)", title=found.title)[:250]
    with db.write() as session:
        rules = session.get_one(RuleSet, found.rules_id)
        made = changes.make_form(
            session,
            title=title,
            fields=found.specs(),
            singular=found.singular,
            description=found.description,
            default_view=found.default_view,
            rules={"read": rules.read, "write": rules.write},
            owner=actor,
        )
    flash(_("This is the copy: its entries are its own."), "success")
    return see_other(url_for("bazar.builder.edit", form_key=made.key))


@blueprint.post("/-/new-form/import")
@audience("signed-in")
def import_form() -> BaseResponse:
    """Make a form of a file that a wiki gave, or of a form read elsewhere that was looked at first."""
    if not form_rights.may_make(current_actor()):
        abort(403)
    sent = request.files.get("file")
    try:
        if "code" in request.form:
            made = form_files.make(form_files.read(request.form["code"]), owner=current_actor())
            return see_other(url_for("bazar.builder.edit", form_key=made.key))
        if sent is None or not sent.filename:
            raise Invalid(file=_("Choose a file."))
        made = form_files.make_from(sent.stream.read(form_files.LARGEST + 1), owner=current_actor())
    except Invalid as error:
        said = "; ".join(_said(path, text) for path, text in error.errors.items())
        return new_routes.screen(errors={"file": said}, status=422)
    return see_other(url_for("bazar.builder.edit", form_key=made.key))


def _change(session: Session, form: Form, wanted: form_files.Definition) -> None:
    specs = form.specs()
    before = {spec.key: spec for spec in specs}
    after = [FieldSpec(**row) for row in wanted.fields]
    _check(form, before, after)
    kept = {spec.key for spec in after}
    for place, spec in enumerate(specs):
        if spec.key not in kept:
            removed_fields.keep(session, form, spec, place)
    try:
        changes.change_fields(session, form, after, actor=current_actor())
    except Invalid as error:
        raise Invalid(**form_files.by_path(error)) from error
    form.title, form.singular = " ".join(wanted.title.split()), wanted.singular
    form.description, form.default_view = wanted.description, wanted.default_view
    if wanted.semantic != semantic.semantic_of(form):
        semantic.change(session, form, wanted.semantic)


def _check(form: Form, before: Mapping[str, FieldSpec], after: Sequence[FieldSpec]) -> None:
    """Check what only makes sense against what stands. Raises Invalid by path."""
    errors: dict[str, str] = {}
    removed, actor = removed_fields.removed_of(form), current_actor()
    for at, spec in enumerate(after):
        old: Any = before.get(spec.key)
        if old is None and spec.key in removed:
            old = removed[spec.key].as_spec()
        if old is None:
            continue
        if old.type != spec.type:
            errors[f"fields[{at}].type"] = _(
                "Change the type on the field’s own screen, which tells what would be lost."
            )
        ruled = (old.read, old.write) != (spec.read, spec.write)
        if ruled and not design.may_rule(old, form, actor):
            errors[f"fields[{at}].read"] = _("You may not change who reads or writes this field.")
    if errors:
        raise Invalid(**errors)


def _stamp(form: Form) -> str:
    return fingerprint([form.fields, form.title, form.description, form.default_view])


def _said(path: str, text: str) -> str:
    return text if path in {"file", "code"} else f"{path}: {text}"


def _screen(
    form: Form,
    text: str,
    *,
    errors: Mapping[str, str] | None = None,
    overtaken: bool = False,
    status: int = 200,
) -> Response:
    return render(
        "bazar/builder_code.html",
        status=status,
        form=form,
        code=text,
        base=_stamp(form),
        overtaken=overtaken,
        errors={"code": [_said(*one) for one in errors.items()]} if errors else {},
    )
