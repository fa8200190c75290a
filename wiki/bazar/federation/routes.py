"""What another wiki may know of our forms; a form made from one elsewhere; entries of elsewhere beside ours."""

from __future__ import annotations

import json

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.builder import new_routes, settings_routes
from wiki.bazar.builder.design import designed_or_403
from wiki.bazar.federation import definitions
from wiki.bazar.forms import form_rights, forms
from wiki.bazar.remote import cache
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.core.limits import limit

blueprint = Blueprint("federation", __name__)
blueprint.add_app_template_global(cache.standing_of, "elsewhere_of")

ASKED = "10/minute;60/hour"
"""How often one person has the wiki ask another site."""


def _who() -> str:
    return str(current_actor().id or request.remote_addr)


@blueprint.get("/-/forms/<form_key>/definition.json")
@audience("page")
def definition(form_key: str) -> Response:
    """Give the fields of a form that whoever asks may read, for other wikis to make one of them."""
    actor = current_actor()
    told = definitions.open_definition(forms.form_or_404(form_key, actor), actor)
    text = json.dumps(told, ensure_ascii=False, indent=1)
    return Response(text, content_type="application/json; charset=utf-8")


@blueprint.post("/-/new-form/address")
@audience("signed-in")
@limit(ASKED, by=_who)
def look_at_form() -> Response:
    """Show a form of another wiki before it is made here."""
    if not form_rights.may_make(current_actor()):
        abort(403)
    typed = request.form.get("url", "").strip()
    try:
        found = definitions.fetch(typed)
    except Invalid as error:
        return new_routes.screen(url=typed, errors=error.errors, status=422)
    fields = [(spec, forms.type_of(spec)) for spec in found.specs if forms.role(spec) != "block"]
    return render("bazar/forms_address.html", found=found, fields=fields)


@blueprint.post("/-/forms/<form_key>/elsewhere")
@audience("signed-in")
@limit(ASKED, by=_who)
def add_source(form_key: str) -> BaseResponse:
    """Show the entries of another wiki's form beside ours."""
    form = designed_or_403(form_key)
    typed = request.form.get("url", "").strip()
    try:
        source = cache.add(form, typed)
    except Invalid as error:
        return settings_routes.elsewhere_refused(form, typed, error.errors)
    flash(
        _("Entries of %(site)s are shown beside yours.", site=source.host),
        "success",
    )
    return see_other(url_for("bazar.builder.settings", form_key=form.key, _anchor="elsewhere"))


@blueprint.post("/-/forms/<form_key>/elsewhere/<int:source>/removal")
@audience("signed-in")
def remove_source(form_key: str, source: int) -> BaseResponse:
    """Show a source no more, and forget its entries."""
    form = designed_or_403(form_key)
    if not cache.remove(form, source):
        abort(404)
    flash(_("Its entries are shown no more, and nothing of them is kept."), "success")
    return see_other(url_for("bazar.builder.settings", form_key=form.key, _anchor="elsewhere"))
