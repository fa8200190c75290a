"""Proposing a change to an entry by its own form, and the queue of what is proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.entries import antispam, entries, form_migration, submission, suggestions
from wiki.bazar.entries.entry_form import Sheet, screen
from wiki.bazar.entries.suggestions import Waiting
from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec, Form
from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.pages.models import Page
from wiki.pages.save import Conflict, Gone
from wiki.pages.throttle import TooMany, count_save

blueprint = Blueprint("suggestions", __name__)
LONGEST_REASON = 1000


@dataclass(frozen=True)
class Difference:
    """One field of a suggestion: what stands now and what is proposed, as the one who decides reads them."""

    label: str
    now: Markup
    proposed: Markup


@blueprint.get("/-/forms/<form_key>/<name>/suggestion")
@audience("page")
def open_form(form_key: str, name: str) -> Response:
    """Open an entry's form to propose a change."""
    actor = current_actor()
    found, page = _suggestible(form_key, name, actor)
    values = form_migration.foreseen(found, page, entries.values_of(found, page.head.content))
    sheet = Sheet(
        form=found,
        values=values,
        action=submission.here(),
        page=page,
        base=page.revision_no,
        suggesting=True,
    )
    return screen(sheet)


@blueprint.post("/-/forms/<form_key>/<name>/suggestion")
@audience("page")
def propose(form_key: str, name: str) -> BaseResponse:
    """Keep what is proposed, for those who decide."""
    actor = current_actor()
    found, page = _suggestible(form_key, name, actor)
    try:
        submission.check_trap()
        count_save()
        antispam.check(found, actor)
        content = entries.clean(found, submission.sent(found), request.files, actor, page)
        antispam.spend(found, actor)
        suggestions.suggest(
            page,
            found,
            content,
            base=submission.base_sent(),
            note=request.form.get("_summary", ""),
            author=actor,
        )
    except (Invalid, TooMany, db.Busy) as error:
        return submission.failed(error, found, page, actor, suggesting=True)
    flash(_("Thank you! Your change waits for those who look after this entry."), "success")
    return see_other(url_for("pages.show", name=page.name))


@blueprint.get("/-/forms/<form_key>/suggestions")
@audience("signed-in")
def show_queue(form_key: str) -> Response:
    """List the changes proposed to the entries one may write."""
    actor = current_actor()
    form = forms.form_or_404(form_key, actor)
    waiting = suggestions.queue(form, actor=actor)
    rows = [(one, _differences(one, actor)) for one in waiting]
    return render("bazar/suggestions.html", form=form, rows=rows)


@blueprint.post("/-/forms/<form_key>/suggestions/<int:number>/acceptance")
@audience("signed-in")
def accept(form_key: str, number: int) -> BaseResponse:
    """Save a change that was proposed."""
    found, waiting = _decidable(form_key, number)
    try:
        page = suggestions.accept(waiting, actor=current_actor())
    except Conflict:
        flash(
            _(
                "The same answers changed meanwhile: change the entry by hand, then refuse this one."
            ),
            "error",
        )
    except Gone:
        flash(_("Someone looked at it before you."), "error")
    except Invalid as error:
        flash(" ".join(error.errors.values()), "error")
    else:
        flash(_("The change is in “%(title)s”.", title=page.title), "success")
    return see_other(url_for(".show_queue", form_key=found.key))


@blueprint.post("/-/forms/<form_key>/suggestions/<int:number>/refusal")
@audience("signed-in")
def refuse(form_key: str, number: int) -> BaseResponse:
    """Throw away a change that was proposed, with a word to its author."""
    found, waiting = _decidable(form_key, number)
    try:
        suggestions.refuse(waiting, reason=request.form.get("reason", "").strip()[:LONGEST_REASON])
    except Gone:
        flash(_("Someone looked at it before you."), "error")
    else:
        flash(_("The change is not kept."), "success")
    return see_other(url_for(".show_queue", form_key=found.key))


def _suggestible(form: str, name: str, actor: Actor) -> tuple[Form, Page]:
    found, page = submission.entry_asked(form, name, actor)
    if not suggestions.may_suggest(page, found, actor):
        abort(403)
    return found, page


def _decidable(form: str, number: int) -> tuple[Form, Waiting]:
    actor = current_actor()
    found = forms.form_or_404(form, actor)
    waiting = suggestions.one(found, number, actor=actor) if number < 2**31 else None
    return found, waiting or abort(404)


def _differences(waiting: Waiting, actor: Actor) -> list[Difference]:
    return [
        Difference(spec.label, _shown(spec, now), _shown(spec, proposed))
        for spec, now, proposed in suggestions.seen(waiting, actor=actor)
    ]


def _shown(spec: FieldSpec, value: Any) -> Markup:
    return forms.type_of(spec).shown(spec, value) if value is not None else Markup()
