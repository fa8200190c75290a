"""Forms: list, and read with the fields that the actor may see."""

from __future__ import annotations

from flask import Response, jsonify

from wiki.api import arguments, entry_documents
from wiki.api.contract import limit, offset, operation
from wiki.api.routes.blueprint import blueprint
from wiki.api.schemas import BIGGEST
from wiki.bazar.forms import forms
from wiki.core.access import current_actor
from wiki.core.http import audience


@blueprint.get("/forms")
@operation(
    "List the forms one may see, by title",
    {200: "Forms"},
    arguments=(limit(200, 200), offset(BIGGEST)),
)
@audience("page")
def list_forms() -> Response:
    """List the forms that the actor may see."""
    count, skip = arguments.window()
    visible_forms = forms.forms_visible(current_actor())
    window = visible_forms[skip : skip + count]
    return jsonify(
        total=len(visible_forms), items=[entry_documents.of_form(form) for form in window]
    )


@blueprint.get("/forms/<form>", merge_slashes=False)
@operation("Read a form's definition", {200: "Form"})
@audience("page")
def read_form(form: str) -> Response:
    """Return a form with the fields that the actor may read."""
    actor = current_actor()
    return jsonify(entry_documents.of_definition(forms.form_or_404(form, actor), actor=actor))
