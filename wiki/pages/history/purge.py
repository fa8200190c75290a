"""Purge one version of a page: its content is deleted for good, the fact of the purge stays visible.

Meant for personal data and illegal content. Neighbouring versions may contain the same text.
"""

from __future__ import annotations

from flask import abort, request, url_for
from flask_babel import gettext as _
from sqlalchemy import update
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db, markup
from wiki.core.access import Actor, current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.pages import events, find
from wiki.pages.blueprint import blueprint
from wiki.pages.history.routes import revision_or_404
from wiki.pages.models import Event, Page, Revision
from wiki.pages.toast import tell

LONGEST_WHY = 250


@blueprint.get("/<name>/revisions/<int:number>/purge")
@audience("admin")
def ask_purge(name: str, number: int) -> BaseResponse:
    """Ask for the reason of a purge, and explain its effects."""
    page = find.page_or_404(name, actor=current_actor())
    return _screen(page, revision_or_404(page, number))


@blueprint.post("/<name>/revisions/<int:number>/purge")
@audience("admin")
def purge_revision(name: str, number: int) -> BaseResponse:
    """Purge a version."""
    page = find.page_or_404(name, actor=current_actor())
    try:
        purge(page, number, why=request.form.get("why", ""), actor=current_actor())
    except Invalid as error:
        return _screen(page, revision_or_404(page, number), errors=error.errors)
    tell(_("This version is emptied for good."))
    return see_other(url_for("pages.revision", name=page.name, number=number))


def purge(page: Page, number: int, *, why: str, actor: Actor) -> None:
    """Purge a version other than the current one. Raises Invalid; aborts 403 and 404."""
    if not actor.is_admin:
        abort(403)
    reason = " ".join(markup.normalise(why).split())[:LONGEST_WHY]
    if not reason:
        raise Invalid(why=_("Say why: it is what stays."))
    with db.write() as session:
        current = find.reload(page, actor=actor)
        if current is None:
            abort(404)
        revision = revision_or_404(current, number)
        if number == current.revision_no:
            raise Invalid(why=_("This is the current version: change the page first."))
        if revision.purged_at is not None:
            return
        revision.text, revision.data, revision.tags = "", {}, []
        revision.title, revision.summary, revision.label = "", "", ""
        revision.purged_at, revision.purged_by = db.utcnow(), actor.display_name
        revision.purged_why = reason
        revision_events = (Event.page_id == current.id, Event.revision_no == number)
        session.execute(update(Event).where(*revision_events).values(summary=""))
        events.log(session, current, "purged", actor=actor, summary=f"{number}: {reason}")


def _screen(
    page: Page, revision: Revision, *, errors: dict[str, str] | None = None
) -> BaseResponse:
    return render(
        "pages/purge.html",
        status=422 if errors else 200,
        page=page,
        revision=revision,
        errors=errors or {},
        why=request.form.get("why", ""),
    )
