"""The short wizard that makes a station: what it is for, which platforms, then a meeting, tools, people."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from wiki.bazar.forms import form_rights
from wiki.core import db, i18n
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.core.names import fold, page_name
from wiki.pages import find as pages
from wiki.projects import create, starter_content, templates
from wiki.projects.blueprint import blueprint
from wiki.projects.labels import VISIBILITY_WORDS
from wiki.projects.models import VISIBILITIES, StationTemplate
from wiki.projects.station import block_macros
from wiki.projects.templates import Template

STEPS = ("1", "2", "3", "open")
TOOLS = (1, 2, 3)


@blueprint.get("/projects/new")
@audience("signed-in")
def new() -> Response:
    """Open the first step of the wizard."""
    return _step(1)


@blueprint.post("/projects/new")
@audience("signed-in")
def go_on() -> Response:
    """Take one step: the form carries what the earlier ones answered."""
    wanted = request.form.get("step", "1")
    if wanted not in STEPS:
        abort(400)
    if wanted == "1":
        return _step(1)
    errors = _errors(request.form)
    if errors:
        return _step(1, errors=errors)
    if wanted != "open":
        return _step(int(wanted))
    return _opened()


@blueprint.post("/projects/templates/<int:template_id>/removal")
@audience("signed-in")
def remove_template(template_id: int) -> Response:
    """Throw away a template that one kept. Aborts 404 on another's, as on none."""
    actor = current_actor()
    with db.write() as session:
        found = session.get(StationTemplate, template_id)
        if found is None or not (actor.is_admin or found.owner_id == actor.id):
            abort(404)
        session.delete(found)
    flash(_("The template is removed."), "success")
    return see_other(url_for(".new"))


def _opened() -> Response:
    """Make the station and what comes with it; what cannot be made is said and given back."""
    first = starter_content.read(request.form)
    try:
        starter_content.check(first)
        with db.write():
            page = create.make(_plan(), author=current_actor())
            unknown = starter_content.bring(first, page, author=current_actor())
    except Invalid as error:
        return _step(3 if starter_content.is_of_step(error) else 1, errors=error.errors)
    flash(_("Your station is open. Share its address: it is the only one to remember."), "success")
    if unknown:
        flash(_("Nobody here is called: %(names)s.", names=", ".join(unknown)), "warning")
    return see_other(url_for("pages.show", name=page.name))


def _step(number: int, *, errors: dict[str, str] | None = None) -> Response:
    choices = templates.every_template(i18n.language())
    chosen = _chosen(choices)
    actor = current_actor()
    return render(
        "projects/wizard.html",
        status=422 if errors else 200,
        step=number,
        form=request.form,
        errors=errors or {},
        templates=choices,
        removable=[
            one for one in choices if one.kept and (actor.is_admin or one.kept.owner_id == actor.id)
        ],
        chosen=chosen,
        blocks=block_macros(),
        kept_blocks=request.form.getlist("blocks") if number == 3 else None,
        missing=starter_content.missing_forms(_known_blocks()) if number == 3 else (),
        may_make=form_rights.may_make(actor),
        visibilities=list(VISIBILITY_WORDS.items()),
        tools=TOOLS,
    )


def _chosen(choices: list[Template]) -> Template:
    return next((one for one in choices if one.key == request.form.get("template")), choices[0])


def _errors(form: Any) -> dict[str, str]:
    errors = {}
    name = page_name(form.get("title", ""))
    if not fold(name):
        errors["title"] = _("Give it a title.")
    elif pages.is_taken(name):
        errors["title"] = _("This name is taken.")
    if not form.get("purpose", "").strip():
        errors["purpose"] = _("Say in one line what the project is for.")
    if form.get("visibility", "public") not in VISIBILITIES:
        errors["visibility"] = _("Choose who may see this project.")
    return errors


def _known_blocks() -> tuple[str, ...]:
    return tuple(name for name in request.form.getlist("blocks") if name in block_macros())


def _plan() -> create.Plan:
    form = request.form
    template = _chosen(templates.every_template(i18n.language()))
    return create.Plan(
        title=form["title"].strip(),
        purpose=form["purpose"],
        visibility=form.get("visibility", "public"),
        contact=form.get("contact", ""),
        blocks=templates.blocks_of(template, _known_blocks()),
        stages=list(template.stages),
        greeting=template.greeting,
    )
