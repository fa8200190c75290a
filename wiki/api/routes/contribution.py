"""What people propose and vote on: changes suggested to entries, and entries that wait to come out."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify

from wiki.api import body, documents
from wiki.api.contract import operation
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
    """List what is proposed, the oldest first."""
    actor = _known()
    waiting = suggestions.queue(forms.form_or_404(form, actor), actor=actor)
    return jsonify(total=len(waiting), items=[_suggestion(one, actor) for one in waiting])


@blueprint.post("/forms/<form>/entries/<name>/suggestions", merge_slashes=False)
@operation(
    "Suggest a change to an entry that one may not write", {201: "Suggested"}, takes="NewSuggestion"
)
@audience("page")
def suggest(form: str, name: str) -> tuple[Response, int]:
    """Keep what is proposed, for those who decide."""
    given, actor = body.read("NewSuggestion"), _known()
    found = forms.form_or_404(form, actor)
    page = entry_of(found, name, actor)
    if not suggestions.may_suggest(page, found, actor):
        abort(403)
    throttle.count_save()
    note, base = given.pop("summary", ""), given.pop("base", page.revision_no)
    content = entry_content(found, actor, page, **given)
    row = suggestions.suggest(page, found, content, base=base, note=note, author=actor)
    return jsonify(number=row.id, entry=page.name), 201


@blueprint.put("/forms/<form>/suggestions/<int:number>/acceptance", merge_slashes=False)
@operation("Accept a suggested change", {200: "Entry"}, problems=(403, 404, 409))
@audience("page")
def accept_suggestion(form: str, number: int) -> Response:
    """Save a change that was proposed, merged with what came since."""
    actor = _known()
    found, waiting = _decidable(form, number, actor)
    page = suggestions.accept(waiting, actor=actor)
    return jsonify(document_of(found, entry_of(found, page.name, actor), actor))


@blueprint.put("/forms/<form>/suggestions/<int:number>/refusal", merge_slashes=False)
@operation("Refuse a suggested change", {204: ""}, takes="Refusal", problems=(403, 404))
@audience("page")
def refuse_suggestion(form: str, number: int) -> Response:
    """Throw away a change that was proposed, with a word to its author."""
    given, actor = body.read("Refusal"), _known()
    _found, waiting = _decidable(form, number, actor)
    suggestions.refuse(waiting, reason=given.get("reason", "").strip())
    return Response(status=204)


@blueprint.get("/forms/<form>/waiting", merge_slashes=False)
@operation(
    "List the entries that wait to come out, for moderators",
    {200: "WaitingEntries"},
    problems=(403,),
)
@audience("page")
def list_waiting(form: str) -> Response:
    """List the entries that wait, the oldest first, with the votes they have."""
    actor = _known()
    found = _moderated(form, actor)
    pages = moderation.queue(found, actor=actor)
    votes = moderation.votes_of(pages, actor=actor)
    needed = submission_terms.terms_of(found).approvals
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
    """Count a vote; the last one needed publishes the entry."""
    actor = _known()
    found = _moderated(form, actor)
    page = entry_of(found, name, actor)
    if not moderation.waits(page):
        abort(404)
    if not moderation.may_vote(page, found, actor):
        abort(403)
    return jsonify(published=notifications.approved(page, found, actor=actor))


def _known() -> Actor:
    actor = current_actor()
    return abort(403) if actor.is_anonymous else actor


def _moderated(form: str, actor: Actor) -> Form:
    found = forms.form_or_404(form, actor)
    return found if moderation.may_moderate(found, actor) else abort(403)


def _decidable(form: str, number: int, actor: Actor) -> tuple[Form, Waiting]:
    found = forms.form_or_404(form, actor)
    waiting = suggestions.one(found, number, actor=actor) if number < 2**31 else None
    return found, waiting or abort(404)


def _suggestion(waiting: Waiting, actor: Actor) -> dict[str, Any]:
    row = waiting.row
    changes = [
        {"field": spec.key, "label": spec.label, "now": now, "proposed": proposed}
        for spec, now, proposed in suggestions.seen(waiting, actor=actor)
    ]
    return {
        "number": row.id,
        "entry": waiting.page.name,
        "author": row.author_name,
        "summary": row.note,
        "created_at": documents.moment(row.created_at),
        "changes": changes,
    }
