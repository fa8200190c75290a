"""Votes of thanks: how many people an answer or a tool sheet has helped, each person or browser once.

Nothing of who or where from is kept: a vote is a hash of the voter and the entry, made with the wiki's key.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, current_app, flash, g, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import func, select
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.entries.entries import form_of
from wiki.bazar.models import Helped
from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import audience, is_htmx, render, see_other
from wiki.core.limits import limit, remote_address
from wiki.pages import find
from wiki.pages.models import Page

blueprint = Blueprint("votes", __name__)

MODELS = {"faq", "tools"}
"""Ready-made forms whose entries are there to help."""
COOKIE = "helped"
COOKIE_LASTS = 365 * 24 * 3600


@dataclass(frozen=True)
class Votes:
    """What an entry shows of its votes; `mine` is known of signed-in people only, whose pages nobody shares."""

    count: int
    mine: bool


def shown(page: Page, *, actor: Actor) -> Votes | None:
    """Return the votes of an entry that is there to help, None for any other."""
    if form_of(page).model not in MODELS:
        return None
    mine = actor.id is not None and _has_voted(page, _voter(page, f"person {actor.id}"))
    return Votes(counts([page.id]).get(page.id, 0), mine)


def counts(page_ids: Sequence[int]) -> dict[int, int]:
    """Return how many people each entry has helped, in one query."""
    if not page_ids:
        return {}
    rows = db.session().execute(
        select(Helped.page_id, func.count())
        .where(Helped.page_id.in_(page_ids))
        .group_by(Helped.page_id)
    )
    found: dict[int, int] = dict(rows.all())
    return found


@blueprint.post("/<name>/helped")
@audience("page")
@limit("60/hour", by=remote_address)
def vote(name: str) -> BaseResponse:
    """Count that this entry helped whoever asks, once; with `withdrawn`, count it no more."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    if page.form_id is None or form_of(page).model not in MODELS:
        abort(404)
    who = f"person {actor.id}" if actor.id is not None else f"browser {_browser()}"
    withdrawn = "withdrawn" in request.form
    _write(page, _voter(page, who), withdrawn=withdrawn)
    answer = _answer(page, withdrawn=withdrawn)
    if actor.id is None:
        answer.set_cookie(
            COOKIE,
            _signer().dumps(_browser()),
            max_age=COOKIE_LASTS,
            path=request.script_root or "/",
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )
    return answer


def _answer(page: Page, *, withdrawn: bool) -> BaseResponse:
    if is_htmx():
        votes = Votes(counts([page.id]).get(page.id, 0), not withdrawn)
        return render("bazar/votes.html", page=page, helped=votes)
    flash(
        _("Your thanks are withdrawn.") if withdrawn else _("Thank you, it is counted."), "success"
    )
    return see_other(url_for("pages.show", name=page.name))


def _write(page: Page, voter: str, *, withdrawn: bool) -> None:
    with db.write() as session:
        found = session.get(Helped, (page.id, voter))
        if found is not None and withdrawn:
            session.delete(found)
        elif found is None and not withdrawn:
            session.add(Helped(page_id=page.id, voter=voter))


def _has_voted(page: Page, voter: str) -> bool:
    return db.session().get(Helped, (page.id, voter)) is not None


def _voter(page: Page, who: str) -> str:
    key = current_app.secret_key or ""
    secret = key if isinstance(key, bytes) else key.encode()
    return hmac.new(secret, f"helped {page.id} {who}".encode(), "sha256").hexdigest()[:32]


def _browser() -> str:
    """Return the random word of this browser: its cookie's, else a new one."""
    if "helped_browser" not in g:
        try:
            g.helped_browser = str(_signer().loads(request.cookies.get(COOKIE, "")))[:64]
        except BadSignature:
            g.helped_browser = secrets.token_urlsafe(16)
    found: str = g.helped_browser
    return found


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="helped")
