"""A new form: from nothing but a title, or from a ready-made one."""

from __future__ import annotations

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.builder.blueprint import blueprint
from wiki.bazar.forms import catalogue, changes, form_rights, forms
from wiki.bazar.forms.definition import TITLE
from wiki.bazar.models import FieldSpec
from wiki.bazar.setup import install
from wiki.core import db, i18n
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, see_other


@blueprint.get("/-/new-form")
@audience("signed-in")
def new_form() -> Response:
    """Show the ways to a new form."""
    return screen()


@blueprint.post("/-/new-form")
@audience("signed-in")
def make_form() -> BaseResponse:
    """Make a form, from the ready-made one that is named or from a title, and go on to it."""
    if not form_rights.may_make(current_actor()):
        abort(403)
    model = request.form.get("model", "")
    return _made_from_model(model) if model else _made_from_title(request.form.get("title", ""))


@blueprint.get("/-/new-form/<model>")
@audience("signed-in")
def look_at_model(model: str) -> Response:
    """Show a ready-made form before it is made: its fields, and what can be made with it."""
    if not form_rights.may_make(current_actor()):
        abort(403)
    try:
        found = catalogue.model_named(model)
    except catalogue.UnknownModel:
        abort(404)
    lang = i18n.language()
    specs = [spec for spec in found.specs(lang) if forms.role(spec) != "block"]
    return render(
        "bazar/forms_model.html",
        model=found,
        lang=lang,
        fields=[(spec, forms.type_of(spec)) for spec in specs],
        needed=catalogue.needed_by(model),
    )


def screen(
    *, title: str = "", url: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    """Answer with the ways to a new form. Aborts 403 for who may make none."""
    if not form_rights.may_make(current_actor()):
        abort(403)
    return render(
        "bazar/forms_new.html",
        status=status,
        shelves=catalogue.shelves(),
        needs={one.model: catalogue.needed_by(one.model) for one in catalogue.models()},
        lang=i18n.language(),
        title=title,
        typed_url=url,
        errors=errors or {},
    )


def _made_from_model(model: str) -> BaseResponse:
    if model not in {one.model for one in catalogue.models()}:
        abort(400)
    # The button of an empty block asks for the form alone; the gallery's says what comes with it.
    made = install.make(
        model,
        i18n.language(),
        actor=current_actor(),
        related="related" in request.form,
        samples="samples" in request.form,
        page="page" in request.form,
    )
    flash(
        _("“%(title)s” is ready: add a first entry, or change its fields.", title=made.form.title),
        "success",
    )
    if made.related:
        titles = ", ".join(form.title for form in made.related)
        flash(_("Made with it: %(titles)s.", titles=titles), "success")
    if made.page is not None:
        flash(_("Its page is “%(title)s”.", title=made.page.title), "success")
        return see_other(url_for("pages.show", name=made.page.name))
    return see_other(url_for("bazar.lists.show", form_key=made.form.key))


def _made_from_title(title: str) -> BaseResponse:
    fields = [FieldSpec(key=TITLE, type="text", label=_("Title"), required=True)]
    try:
        with db.write() as session:
            made = changes.make_form(session, title=title, fields=fields, owner=current_actor())
    except Invalid as error:
        return screen(title=title, errors=error.errors, status=422)
    return see_other(url_for("bazar.builder.edit", form_key=made.key))
