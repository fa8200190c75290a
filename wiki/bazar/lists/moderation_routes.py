"""The terms of a form, the queue of what waits, and the link by which an entry is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from flask import Blueprint, Response, abort, flash, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.builder import design
from wiki.bazar.builder.screen import rule_choices
from wiki.bazar.entries import moderation, notifications
from wiki.bazar.entries.entry_view import entries_of
from wiki.bazar.forms import forms, submission_terms
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.core.limits import limit, remote_address
from wiki.pages import find, rights
from wiki.pages.models import Page
from wiki.pages.save import Gone

blueprint = Blueprint("moderation", __name__)

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
    if request.form.get("base") != design.stamp_of(form.settings):
        return _terms_screen(form, typed, overtaken=True, status=409)
    try:
        with db.write() as session:
            submission_terms.change(session, session.get_one(Form, form.id), typed)
            db.bump(session, "rights")
    except Invalid as error:
        return _terms_screen(form, typed, errors=error.errors, status=422)
    flash(_("The settings are saved."), "success")
    return see_other(url_for("bazar.moderation.show_terms", form_key=form.key))


@blueprint.get("/-/forms/<form_key>/queue")
@audience("signed-in")
def show_queue(form_key: str) -> Response:
    """List the entries that wait, for those who let them out."""
    actor = current_actor()
    form = _moderated_or_403(form_key, actor)
    waiting = entries_of(moderation.queue(form, actor=actor), actor=actor)
    return render(
        "bazar/moderation_queue.html",
        form=form,
        waiting=waiting,
        alone=moderation.decides_alone(form, actor),
        needed=submission_terms.terms_of(form).approvals,
        votes=moderation.votes_of([one.page for one in waiting], actor=actor),
        # Who stands here moderates; one's own entry is not one's to vote for.
        may_vote={one.page.id for one in waiting if one.page.owner_id != actor.id},
    )


@blueprint.post("/-/forms/<form_key>/<name>/acceptance")
@audience("signed-in")
def accept(form_key: str, name: str) -> BaseResponse:
    """Let an entry out of the queue."""
    return _decided(form_key, name, accepted=True)


@blueprint.post("/-/forms/<form_key>/<name>/approvals")
@audience("signed-in")
def approve(form_key: str, name: str) -> BaseResponse:
    """Vote to let an entry out; the last vote needed publishes it."""
    actor = current_actor()
    form = _moderated_or_403(form_key, actor)
    page = _waiting_or_404(form, name, actor)
    if not moderation.may_vote(page, form, actor):
        abort(403)
    try:
        out = notifications.approved(page, form, actor=actor)
    except Gone:
        flash(_("Someone looked at it before you."), "error")
    else:
        told = _("“%(title)s” is published.") if out else _("Your vote for “%(title)s” is kept.")
        flash(told % {"title": page.title}, "success")
    return see_other(url_for("bazar.moderation.show_queue", form_key=form.key))


@blueprint.post("/-/forms/<form_key>/<name>/refusal")
@audience("signed-in")
def refuse(form_key: str, name: str) -> BaseResponse:
    """Put an entry that waits in the trash, and say why to its author."""
    return _decided(form_key, name, accepted=False)


@blueprint.get("/-/my-entry/<token>")
@audience("anyone")
@limit("60/hour", by=remote_address)
def enter(token: str) -> BaseResponse:
    """Follow a mailed link: this browser holds the entry from now on."""
    page = notifications.page_of(token) or abort(404)
    cookie[notifications.COOKIE] = token
    answer = see_other(url_for("pages.show", name=page.name))
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.post("/-/forms/<form_key>/<name>/links")
@audience("signed-in")
def send_link(form_key: str, name: str) -> BaseResponse:
    """Mail someone a link by which an entry is changed; its owner's to do."""
    _found, page = _own_or_403(form_key, name)
    email = request.form.get("email", "").strip()
    if not submission_terms.MAIL.fullmatch(email) or len(email) > 254:
        flash(_("“%(mail)s” is no e-mail address.", mail=email[:80]), "error")
    else:
        with db.write(quiet=True) as session:
            notifications.send_link(session, page, email)
        flash(_("The link is on its way."), "success")
    return see_other(url_for("pages.show", name=page.name))


@blueprint.post("/-/forms/<form_key>/<name>/links/removal")
@audience("signed-in")
def revoke_links(form_key: str, name: str) -> BaseResponse:
    """Take back every link to an entry."""
    _found, page = _own_or_403(form_key, name)
    with db.write() as session:
        notifications.revoke(session, page)
    flash(_("The links to this entry are worth nothing from now on."), "success")
    return see_other(url_for("pages.show", name=page.name))


def _moderated_or_403(key: str, actor: Actor) -> Form:
    form = forms.form_or_404(key, actor)
    return form if moderation.may_moderate(form, actor) else abort(403)


def _waiting_or_404(form: Form, name: str, actor: Actor) -> Page:
    page = find.page_or_404(name, actor=actor)
    return page if page.form_id == form.id else abort(404)


def _own_or_403(key: str, name: str) -> tuple[Form, Page]:
    actor = current_actor()
    form, page = forms.form_or_404(key, actor), find.page_or_404(name, actor=actor, need="own")
    return (form, page) if page.form_id == form.id else abort(404)


def _decided(key: str, name: str, *, accepted: bool) -> BaseResponse:
    actor = current_actor()
    form = _moderated_or_403(key, actor)
    if not moderation.decides_alone(form, actor):
        abort(403)
    page = _waiting_or_404(form, name, actor)
    reason = request.form.get("reason", "").strip()[:LONGEST]
    try:
        with db.write() as session:
            if accepted:
                moderation.accept(page, form, actor=actor)
            else:
                moderation.refuse(page, actor=actor)
            notifications.tell_decision(session, page, accepted=accepted, reason=reason)
    except Gone:
        flash(_("Someone looked at it before you."), "error")
    else:
        told = _("“%(title)s” is published.") if accepted else _("“%(title)s” is in the trash.")
        flash(told % {"title": page.title}, "success")
    return see_other(url_for("bazar.moderation.show_queue", form_key=form.key))


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
        base=design.stamp_of(form.settings),
        overtaken=overtaken,
        errors=errors or {},
        rules=rule_choices(_("Everyone, also without account")),
        in_words=rights.in_words,
        waiting=len(moderation.queue(form, actor=current_actor())),
    )
