"""What entries are for other programs: the type and the properties that a form gives them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.builder.blueprint import blueprint
from wiki.bazar.builder.design import designed_or_403
from wiki.bazar.forms import forms
from wiki.bazar.forms.definition import TITLE
from wiki.bazar.lists import semantic
from wiki.bazar.lists.semantic import Semantic
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.http import Invalid, audience, render, see_other


@blueprint.get("/-/forms/<form_key>/open-data")
@audience("signed-in")
def open_data(form_key: str) -> Response:
    """Show what the entries of a form are for other programs."""
    form = designed_or_403(form_key)
    return _screen(form, semantic.semantic_of(form))


@blueprint.post("/-/forms/<form_key>/open-data")
@audience("signed-in")
def change_open_data(form_key: str) -> BaseResponse:
    """Keep the type of entries and the properties of their fields."""
    form = designed_or_403(form_key)
    typed = Semantic(
        request.form.get("type", "").strip()[:80],
        {
            spec.key: request.form.get(f"property-{spec.key}", "").strip()[:80]
            for spec in form.specs()
        },
    )
    try:
        with db.write() as session:
            semantic.change(session, session.get_one(Form, form.id), typed)
    except Invalid as error:
        return _screen(form, typed, errors=error.errors, status=422)
    flash(_("The settings are saved."), "success")
    return see_other(url_for("bazar.builder.open_data", form_key=form.key))


def _screen(
    form: Form, shown: Semantic, *, errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    specs = [spec for spec in form.specs() if forms.role(spec) not in {"", "block"}]
    given = errors or {}
    return render(
        "bazar/open_data.html",
        status=status,
        form=form,
        shown=shown,
        specs=[spec for spec in specs if spec.key != TITLE],
        errors={
            name if name == "type" else f"property-{name}": text for name, text in given.items()
        },
        usual_types=semantic.USUAL_TYPES,
        usual_properties=semantic.USUAL_PROPERTIES,
        has_places=semantic.has_places(form.specs()),
    )
