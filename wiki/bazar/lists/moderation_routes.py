"""The moderation queue of a form, and the link by which a submitter changes an entry."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.entries import moderation, notifications
from wiki.bazar.entries.entry_view import entries_of
from wiki.bazar.forms import forms, submission_terms
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import audience, render, see_other
from wiki.core.limits import limit, remote_address
from wiki.pages import find
from wiki.pages.models import Page
from wiki.pages.save import Gone

blueprint = Blueprint("moderation", __name__)

LONGEST = 4000
"""Characters of the reason given to the author of a refused entry."""


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
