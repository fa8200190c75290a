"""Keeping a search, looking at it again, renaming and removing it."""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs

from flask import flash, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, see_other
from wiki.search import index, results_routes, saved_searches
from wiki.search.blueprint import blueprint
from wiki.search.request import asked, narrowed, of_args

LONGEST = 4000
"""Characters of an address that is kept."""


@blueprint.post("/-/search/saved")
@audience("signed-in")
def save() -> BaseResponse:
    """Keep a search under a name; `asked` is the query of its address."""
    name = request.form.get("name", "")[:200]
    sent = parse_qs(request.form.get("asked", "")[:LONGEST])
    question = asked(MultiDict(sent))
    try:
        with db.write(quiet=True) as session:
            row = saved_searches.keep(session, question, name=name, actor=current_actor())
    except Invalid as invalid:
        ids = results_routes.ids_within(question)
        filters = narrowed(question, ids)
        found = index.search(question.parsed, actor=current_actor(), filters=filters)
        return results_routes.screen(question, found, status=422, errors=invalid.errors, name=name)
    flash(_("The search is kept. You will find it again on the search page."), "success")
    return see_other(url_for(".index", **question.args(), saved=row.id))


@blueprint.post("/-/search/saved/<int:saved_id>/looks")
@audience("signed-in")
def look(saved_id: int) -> BaseResponse:
    """Look at a search again: what is new since the last look is marked."""
    with db.write(quiet=True) as session:
        row = saved_searches.mine_or_404(session, saved_id, current_actor())
        before, row.looked_at = row.looked_at, db.utcnow()
    question = of_args(row.asked, actor=current_actor())
    new = before.isoformat().replace("+00:00", "")
    return see_other(url_for(".index", **question.args(), saved=row.id, new=new))


@blueprint.post("/-/search/saved/<int:saved_id>/name")
@audience("signed-in")
def rename(saved_id: int) -> BaseResponse:
    """Give a kept search another name."""
    with db.write(quiet=True) as session:
        row = saved_searches.mine_or_404(session, saved_id, current_actor())
        try:
            row.name = saved_searches.clean_name(request.form.get("name", "")[:200])
        except Invalid as invalid:
            flash(invalid.errors["name"], "error")
    return see_other(url_for(".index"))


@blueprint.post("/-/search/saved/<int:saved_id>/address")
@audience("signed-in")
def renew(saved_id: int) -> BaseResponse:
    """Make a new secret address for the feed; the former one answers no more."""
    with db.write(quiet=True) as session:
        saved_searches.mine_or_404(session, saved_id, current_actor()).nonce = secrets.token_hex(16)
    flash(_("The feed has a new address; the former one is closed."), "success")
    return see_other(url_for(".index"))


@blueprint.post("/-/search/saved/<int:saved_id>/removal")
@audience("signed-in")
def remove(saved_id: int) -> BaseResponse:
    """Keep a search no more."""
    with db.write(quiet=True) as session:
        session.delete(saved_searches.mine_or_404(session, saved_id, current_actor()))
    flash(_("The search is removed."), "success")
    return see_other(url_for(".index"))
