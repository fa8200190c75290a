"""The help desk's screens: a question and its answers, and the answers still to be written."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import audience, is_htmx, render, see_other
from wiki.projects import find as projects
from wiki.search import filter_names, help_desk, query_log
from wiki.search.blueprint import blueprint
from wiki.search.query_log import LONGEST as LONGEST_WORDS
from wiki.search.request import LONGEST


@blueprint.get("/-/ask")
@audience("anyone")
def ask() -> Response:
    """Answer a question from the FAQ and the tool sheets, whole or while it is typed."""
    actor, question = current_actor(), _argument("q")[:LONGEST]
    form, project = _argument("form"), _argument("project")
    station = projects.project_or_none(project, actor=actor) if project else None
    advice = (
        help_desk.advise(question, actor=actor, form=form, project=project) if question else None
    )
    missed = bool(question) and advice is not None and advice.is_empty
    typing = is_htmx()
    # What is asked of one form or project may tell of what only some may read.
    if missed and not typing and not project and form in ("", help_desk.faq_key(actor)):
        query_log.note(question, found=False)
    pages = [hit.page for _form, hits in advice.groups for hit in hits] if advice else []
    made = render(
        "search/advised.html" if typing else "search/ask.html",
        question=question,
        form=form,
        project=project,
        station=station[1] if station else None,
        advice=advice,
        places=filter_names.places(pages, actor),
        ask_url=help_desk.ask_url(
            question, actor=actor, project_id=station[0].id if station else None
        ),
    )
    if missed:
        made.cache_control.no_store = True
    return made


@blueprint.get("/-/faq-to-write")
@audience("signed-in")
def to_write() -> Response:
    """List the questions without answer and the words looked for in vain, to those who may answer."""
    actor = _writer()
    return render("search/to_write.html", **to_write_context(actor))


@blueprint.post("/-/faq-to-write/dismissals")
@audience("signed-in")
def dismiss() -> BaseResponse:
    """Show some words no more."""
    _writer()
    words = request.form.get("words", "")[:LONGEST_WORDS]
    with db.write(quiet=True) as session:
        if not query_log.dismiss(session, words):
            abort(404)
    flash(_("“%(words)s” is set aside.", words=words), "success")
    return see_other(url_for(".to_write"))


def to_write_context(actor: Actor, *, limit: int = 50) -> dict[str, Any]:
    """Return what is still to be answered, as this person may know."""
    return {
        "questions": help_desk.without_answer(actor, limit=limit),
        "rows": query_log.unanswered(limit=limit) if help_desk.may_write_faq(actor) else [],
        "faq": help_desk.faq_form(actor),
        "ask_url": help_desk.ask_url,
    }


def _writer() -> Actor:
    actor = current_actor()
    if not help_desk.may_write_faq(actor):
        abort(403)
    return actor


def _argument(name: str) -> str:
    return request.args.get(name, "").replace("\0", " ").strip()
