"""Searches that people keep: saved under a name, run again, followed by a feed."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import abort, current_app
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.core import db, i18n
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.pages.find import visible_pages
from wiki.pages.models import Page
from wiki.search import index, subtree
from wiki.search.models import SavedSearch
from wiki.search.request import Asked, narrowed, of_args

MOST = 30
"""Searches that one person keeps."""
LONGEST_NAME = 80
LOOKED_INTO = 100
"""How many of the best hits are looked at for new ones."""


@dataclass(frozen=True)
class Kept:
    """A saved search as its owner sees it in the list, with how many hits came since the last look."""

    row: SavedSearch
    asked: Asked
    news: int


def of_person(actor: Actor) -> Sequence[SavedSearch]:
    """Return the searches this person keeps, by name."""
    rows = select(SavedSearch).where(SavedSearch.user_id == actor.id)
    return db.session().scalars(rows.order_by(SavedSearch.name, SavedSearch.id)).all()


def with_news(rows: Sequence[SavedSearch], actor: Actor) -> list[Kept]:
    """Tell how many hits of each search changed since its last look; one query for all of them."""
    kept = [(row, of_args(row.asked, actor=actor)) for row in rows]
    found = {row.id: _recent_ids(row, asked, actor) for row, asked in kept}
    ids = set().union(*found.values())
    query = visible_pages(actor).where(Page.id.in_(ids))
    dated = query.with_only_columns(Page.id, Page.updated_at)
    changed: dict[int, datetime] = dict(db.session().execute(dated).all()) if ids else {}
    return [
        Kept(row, asked, sum(changed[i] > row.looked_at for i in found[row.id] if i in changed))
        for row, asked in kept
    ]


def mine_or_404(session: Session, saved_id: int, actor: Actor) -> SavedSearch:
    """Return one of this person's searches. Aborts 404 on anyone else's."""
    row = session.get(SavedSearch, saved_id)
    if row is None or row.user_id != actor.id:
        abort(404)
    return row


def keep(session: Session, asked: Asked, *, name: str, actor: Actor) -> SavedSearch:
    """Save a search under a name. Raises Invalid."""
    if not asked:
        raise Invalid(name=_("There is nothing to search in this search."))
    count = select(func.count()).where(SavedSearch.user_id == actor.id)
    if (session.scalar(count) or 0) >= MOST:
        raise Invalid(name=_("You keep %(most)s searches already: remove one first.", most=MOST))
    now = db.utcnow()
    row = SavedSearch(
        user_id=actor.id or 0,
        name=clean_name(name),
        asked=asked.args(),
        nonce=secrets.token_hex(16),
        created_at=now,
        looked_at=now,
    )
    session.add(row)
    session.flush()
    return row


def clean_name(name: str) -> str:
    """Return a name fit to be kept. Raises Invalid."""
    shown = " ".join("".join(char if char.isprintable() else " " for char in name).split())
    if not shown:
        raise Invalid(name=_("Give it a name."))
    return shown[:LONGEST_NAME]


def token_of(row: SavedSearch) -> str:
    """Return the secret part of a feed's address; it is made, and kept nowhere."""
    key = current_app.secret_key or ""
    secret = key if isinstance(key, bytes) else key.encode()
    text = f"saved search {row.id} {row.nonce}"
    return hmac.new(secret, text.encode(), "sha256").hexdigest()[:40]


def owner_or_404(saved_id: int, token: str) -> tuple[SavedSearch, Actor]:
    """Return the search that a secret address names, and whose rights it has. Aborts 404."""
    row = db.session().get(SavedSearch, saved_id)
    if row is None or not hmac.compare_digest(token_of(row).encode(), token.encode()):
        abort(404)
    user = db.session().get(User, row.user_id)
    if user is None or user.disabled:
        abort(404)
    return row, people.actor_of(user)


def _recent_ids(row: SavedSearch, asked: Asked, actor: Actor) -> list[int]:
    ids = subtree.tree_under(asked.within, actor=actor).ids if asked.within else None
    filters = narrowed(asked, ids)
    # The index counts by days, and rows tell the moment.
    since = i18n.local(row.looked_at).date()
    if filters.since is None or filters.since < since:
        filters = replace(filters, since=since)
    return index.best(asked.parsed, actor=actor, filters=filters, limit=LOOKED_INTO)
