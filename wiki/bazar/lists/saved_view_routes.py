"""Keeping the list one looks at under a name, and removing it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.forms import forms
from wiki.bazar.lists import saved_views
from wiki.bazar.models import SavedView
from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, see_other

blueprint = Blueprint("saved_views", __name__)


@blueprint.get("/-/forms/<form_key>/views/<int:number>")
@audience("page")
def show(form_key: str, number: int) -> BaseResponse:
    """Lead to a kept list: an address that stays when what it asks for changes."""
    form = forms.form_or_404(form_key, current_actor())
    saved = saved_views.of_form(form, actor=current_actor())
    return redirect(next((one.url for one in saved if one.row.id == number), None) or abort(404))


@blueprint.post("/-/forms/<form_key>/views")
@audience("signed-in")
def keep(form_key: str) -> BaseResponse:
    """Keep the list of these arguments under a name."""
    actor = current_actor()
    form = forms.form_or_404(form_key, actor)
    asked = MultiDict(request.form)
    own = {name: asked.poplist(f"-{name}") for name in ("title", "shared", "default")}
    view = asked.pop("view", "")
    asked.pop("csrf_token", None)
    asked.pop("page", None)
    try:
        with db.write(quiet=not (own["shared"] or own["default"])) as session:
            row = saved_views.keep(
                session,
                form,
                title=(own["title"] or [""])[0],
                view=view or form.default_view,
                args=asked,
                actor=actor,
                shared=bool(own["shared"]),
                default=bool(own["default"]),
            )
    except Invalid as error:
        flash(" ".join(error.errors.values()), "error")
        args = {name: asked.getlist(name) for name in asked}
        known = {name: texts for name, texts in args.items() if name not in {"form", "number"}}
        return see_other(url_for("bazar.lists.show", form_key=form.key, view=view or None, **known))  # type: ignore[arg-type]
    flash(_("The list is kept as “%(title)s”.", title=row.title), "success")
    saved = next(one for one in saved_views.of_form(form, actor=actor) if one.row.id == row.id)
    return see_other(saved.url)


@blueprint.post("/-/forms/<form_key>/views/<int:number>/removal")
@audience("signed-in")
def remove(form_key: str, number: int) -> BaseResponse:
    """Forget a kept list."""
    actor = current_actor()
    form = forms.form_or_404(form_key, actor)
    row = db.session().get(SavedView, number)
    seen = row is not None and (row.shared or row.owner_id == actor.id)
    if row is None or row.form_id != form.id or not (seen or actor.is_admin):
        abort(404)
    if not saved_views.may_remove(row, form, actor):
        abort(403)
    with db.write() as session:
        saved_views.remove(session, session.get_one(SavedView, number))
    flash(_("The list “%(title)s” is removed.", title=row.title), "success")
    return see_other(url_for("bazar.lists.show", form_key=form.key))
