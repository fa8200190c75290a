"""Suggestions of changes to entries, and the moderation queue of entries."""

from __future__ import annotations

from flask import Response, abort, jsonify

from wiki.api import body, documents
from wiki.api.contract import operation
from wiki.api.documents import Document
from wiki.api.entry_changes import entry_content
from wiki.api.routes.blueprint import blueprint
from wiki.api.routes.entries import document_of, entry_of
from wiki.bazar.entries import moderation, notifications, suggestions
from wiki.bazar.entries.suggestions import Waiting
from wiki.bazar.forms import forms, submission_terms
from wiki.bazar.models import Form
from wiki.core.access import Actor, current_actor
from wiki.core.http import audience
from wiki.pages import throttle


@blueprint.get("/forms/<form>/suggestions", merge_slashes=False)
@operation(
    "List the changes suggested that one may decide on", {200: "Suggestions"}, problems=(403,)
)
@audience("page")
def list_suggestions(form: str) -> Response:
    """List the suggestions that the actor may decide on, oldest first."""
    actor = _actor_or_403()
    pending = suggestions.queue(forms.form_or_404(form, actor), actor=actor)
    return jsonify(total=len(pending), items=[_suggestion(one, actor) for one in pending])


@blueprint.post("/forms/<form>/entries/<name>/suggestions", merge_slashes=False)
@operation(
    "Suggest a change to an entry that one may not write", {201: "Suggested"}, takes="NewSuggestion"
)
@audience("page")
def suggest(form: str, name: str) -> tuple[Response, int]:
    """Save a suggestion."""
    payload, actor = body.read("NewSuggestion"), _actor_or_403()
    form_row = forms.form_or_404(form, actor)
    page = entry_of(form_row, name, actor)
    if not suggestions.may_suggest(page, form_row, actor):
        abort(403)
    throttle.count_save()
    note, base = payload.pop("summary", ""), payload.pop("base", page.revision_no)
    content = entry_content(form_row, actor, page, **payload)
    row = suggestions.suggest(page, form_row, content, base=base, note=note, author=actor)
    return jsonify(number=row.id, entry=page.name), 201


@blueprint.put("/forms/<form>/suggestions/<int:number>/acceptance", merge_slashes=False)
@operation("Accept a suggested change", {200: "Entry"}, problems=(403, 404, 409))
@audience("page")
def accept_suggestion(form: str, number: int) -> Response:
    """Accept a suggestion and merge it with later changes of the entry."""
    actor = _actor_or_403()
    form_row, suggestion = _form_and_suggestion(form, number, actor)
    page = suggestions.accept(suggestion, actor=actor)
    return jsonify(document_of(form_row, entry_of(form_row, page.name, actor), actor))


@blueprint.put("/forms/<form>/suggestions/<int:number>/refusal", merge_slashes=False)
@operation("Refuse a suggested change", {204: ""}, takes="Refusal", problems=(403, 404))
@audience("page")
def refuse_suggestion(form: str, number: int) -> Response:
    """Refuse a suggestion, with a reason for its author."""
    payload, actor = body.read("Refusal"), _actor_or_403()
    _form, suggestion = _form_and_suggestion(form, number, actor)
    suggestions.refuse(suggestion, reason=payload.get("reason", "").strip())
    return Response(status=204)


@blueprint.get("/forms/<form>/waiting", merge_slashes=False)
@operation(
    "List the entries that wait to come out, for moderators",
    {200: "WaitingEntries"},
    problems=(403,),
)
@audience("page")
def list_waiting(form: str) -> Response:
    """List the moderation queue, oldest first, with votes."""
    actor = _actor_or_403()
    form_row = _moderated_form(form, actor)
    pages = moderation.queue(form_row, actor=actor)
    votes = moderation.votes_of(pages, actor=actor)
    needed = submission_terms.terms_of(form_row).approvals
    items = [
        {
            "name": page.name,
            "title": page.title,
            "votes": votes[page.id][0],
            "voted": votes[page.id][1],
            "needed": needed,
        }
        for page in pages
    ]
    return jsonify(total=len(items), items=items)


@blueprint.put("/forms/<form>/waiting/<name>/vote", merge_slashes=False)
@operation("Vote to let an entry out", {200: "Vote"}, problems=(403, 404))
@audience("page")
def vote(form: str, name: str) -> Response:
    """Vote for an entry; the last vote needed publishes it."""
    actor = _actor_or_403()
    form_row = _moderated_form(form, actor)
    page = entry_of(form_row, name, actor)
    if not moderation.waits(page):
        abort(404)
    if not moderation.may_vote(page, form_row, actor):
        abort(403)
    return jsonify(published=notifications.approved(page, form_row, actor=actor))


def _actor_or_403() -> Actor:
    actor = current_actor()
    return abort(403) if actor.is_anonymous else actor


def _moderated_form(form_key: str, actor: Actor) -> Form:
    form_row = forms.form_or_404(form_key, actor)
    return form_row if moderation.may_moderate(form_row, actor) else abort(403)


def _form_and_suggestion(form_key: str, number: int, actor: Actor) -> tuple[Form, Waiting]:
    form_row = forms.form_or_404(form_key, actor)
    suggestion = suggestions.one(form_row, number, actor=actor) if number < 2**31 else None
    return form_row, suggestion or abort(404)


def _suggestion(suggestion: Waiting, actor: Actor) -> Document:
    row = suggestion.row
    changes = [
        {"field": spec.key, "label": spec.label, "now": now, "proposed": proposed}
        for spec, now, proposed in suggestions.seen(suggestion, actor=actor)
    ]
    return {
        "number": row.id,
        "entry": suggestion.page.name,
        "author": row.author_name,
        "summary": row.note,
        "created_at": documents.moment(row.created_at),
        "changes": changes,
    }
