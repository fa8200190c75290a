"""The short wizard that makes a station: what it is for, which template, which platforms, who comes."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from wiki.accounts import people
from wiki.accounts.models import Group
from wiki.core import db, i18n
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.core.names import fold, page_name
from wiki.pages import find as pages
from wiki.projects import make, templates
from wiki.projects.models import VISIBILITIES, Project
from wiki.projects.routes import blueprint
from wiki.projects.station import block_macros


@blueprint.get("/new")
@audience("signed-in")
def new() -> Response:
    """Open the first step of the wizard."""
    return _step(1)


@blueprint.post("/new")
@audience("signed-in")
def go_on() -> Response:
    """Take one step: the form carries what the earlier ones answered."""
    wanted = request.form.get("step", "1")
    errors = _errors(request.form)
    if errors or wanted == "1":
        return _step(1, errors=errors)
    if wanted == "2":
        return _step(2)
    try:
        page = make.make(_plan(), author=current_actor())
    except Invalid as error:
        return _step(1, errors=error.errors)
    unknown = _invite(page.project_id)
    flash(_("Your station is open. Share its address: it is the only one to remember."), "success")
    if unknown:
        flash(_("Nobody here is called: %(names)s.", names=", ".join(unknown)), "warning")
    return see_other(url_for("pages.show", name=page.name))


def _step(number: int, *, errors: dict[str, str] | None = None) -> Response:
    choices = templates.templates(i18n.language())
    chosen = next((t for t in choices if t.key == request.form.get("template")), choices[0])
    return render(
        "projects/wizard.html",
        status=422 if errors else 200,
        step=number,
        form=request.form,
        errors=errors or {},
        templates=choices,
        chosen=chosen,
        blocks=block_macros(),
        visibilities=VISIBILITIES,
    )


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


def _plan() -> make.Plan:
    form = request.form
    choices = templates.templates(i18n.language())
    template = next((t for t in choices if t.key == form.get("template")), choices[0])
    known = tuple(name for name in form.getlist("blocks") if name in block_macros())
    return make.Plan(
        title=form["title"].strip(),
        purpose=form["purpose"],
        visibility=form.get("visibility", "public"),
        contact=form.get("contact", ""),
        blocks=templates.blocks_of(template, known),
    )


def _invite(project_id: int | None) -> list[str]:
    """Bring in the people named in the last step; return the names nobody bears."""
    unknown = []
    with db.write() as session:
        group = session.get_one(Group, session.get_one(Project, project_id).group_id)
        for name in request.form.get("people", "").replace(",", " ").split():
            user = people.find_user(name)
            if user is None:
                unknown.append(name)
            elif user.id != current_actor().id:
                people.join(session, group.name, user, role="member")
    return unknown
