"""The terms on which entries come into a form: a tab of the builder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.builder.blueprint import blueprint
from wiki.bazar.builder.screen import rule_choices
from wiki.bazar.entries import moderation
from wiki.bazar.forms import forms, submission_terms
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.fingerprint import fingerprint
from wiki.core.http import Invalid, audience, render, see_other
from wiki.pages import rights

FLAGS = {"once", "moderated", "notify_author"}
LONGEST = 4000


@blueprint.get("/-/forms/<form_key>/terms")
@audience("admin")
def show_terms(form_key: str) -> Response:
    """Show on what terms entries come into a form."""
    form = forms.form_or_404(form_key, current_actor())
    return _terms_screen(form, submission_terms.terms_of(form))


@blueprint.post("/-/forms/<form_key>/terms")
@audience("admin")
def change_terms(form_key: str) -> BaseResponse:
    """Change the terms of a form."""
    form = forms.form_or_404(form_key, current_actor())
    typed = _typed()
    if request.form.get("base") != fingerprint(form.settings):
        return _terms_screen(form, typed, overtaken=True, status=409)
    try:
        with db.write() as session:
            submission_terms.change(session, session.get_one(Form, form.id), typed)
            db.bump(session, "rights")
    except Invalid as error:
        return _terms_screen(form, typed, errors=error.errors, status=422)
    flash(_("The settings are saved."), "success")
    return see_other(url_for("bazar.builder.show_terms", form_key=form.key))


def _typed() -> submission_terms.Terms:
    made: dict[str, Any] = {}
    for one in fields(submission_terms.Terms):
        if one.name in FLAGS:
            made[one.name] = one.name in request.form
        elif one.name == "approvals":
            said = request.form.get(one.name, "").strip() or "0"
            made[one.name] = int(said) if said.isdecimal() and len(said) < 5 else -1
        else:
            typed = request.form.get(f"{one.name}-typed", "").strip()
            made[one.name] = (typed or request.form.get(one.name, "")).strip()[:LONGEST]
    return replace(
        submission_terms.Terms(**made), condition=made["condition"].replace("\r\n", "\n")
    )


def _terms_screen(
    form: Form,
    shown: submission_terms.Terms,
    *,
    errors: Mapping[str, str] | None = None,
    overtaken: bool = False,
    status: int = 200,
) -> Response:
    return render(
        "bazar/submission_terms.html",
        status=status,
        form=form,
        shown=asdict(shown),
        base=fingerprint(form.settings),
        overtaken=overtaken,
        errors=errors or {},
        rules=rule_choices(_("Everyone, also without account")),
        in_words=rights.in_words,
        waiting=len(moderation.queue(form, actor=current_actor())),
    )
