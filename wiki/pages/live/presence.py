"""Who has a page open to change it, now: told to those who may change it too, and to nobody else.

An open editor says so every 25 seconds, a draft that is kept says it by the way; a minute later it is forgotten.
The rows are few and quiet: no cached page grows old by them, and none is written again within 20 seconds.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, jsonify, request
from flask_babel import gettext as _
from limits import parse
from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, false, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.exceptions import TooManyRequests

from wiki.accounts.models import User
from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import audience, render
from wiki.core.i18n import join_names
from wiki.core.limits import hit, remote_address
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.models import Page

LASTS = timedelta(minutes=1)
"""How long someone counts as here after the last sign of life."""
FRESH = timedelta(seconds=20)
"""A sign of life this young is not written again."""
MOST = 50
"""Editors known of one page; beyond, newcomers are not told."""
MOST_NAMES = 5
ANONYMOUS_BEATS = parse("60 per minute")
KEY = re.compile(r"[A-Za-z0-9_-]{8,40}")


class Presence(db.Base):
    """One open editor of a page; `key` tells the tabs of one person apart, `user_id` is empty without account.

    `live` says that it can write together with others.
    """

    __tablename__ = "presence"
    __table_args__ = (
        UniqueConstraint("page_id", "key"),
        Index("ix_presence_seen_at", "seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))
    key: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    seen_at: Mapped[datetime]
    live: Mapped[bool] = mapped_column(default=False, server_default=false())


@dataclass(frozen=True)
class Here:
    """The others on a page: names, those without account as one word, and how many they are.

    `together` are those, and `live` how many, whose editors can write together with ours.
    """

    names: tuple[str, ...] = ()
    count: int = 0
    together: tuple[str, ...] = ()
    live: int = 0


@blueprint.post("/<name>/presence")
@audience("page")
def be_here(name: str) -> Response:
    """Note that an editor of the page is open, or with `gone` that it closed; tell who else is there."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    if actor.is_anonymous and not hit(ANONYMOUS_BEATS, remote_address()):
        raise TooManyRequests(retry_after=60)
    key = key_sent()
    if "gone" in request.form:
        leave(page, actor=actor, key=key)
        return Response(status=204)
    beat_if_due(page, actor=actor, key=key, live="live" in request.form)
    return jsonify(others_as_json(page, actor=actor, key=key))


@blueprint.get("/<name>/presence")
@audience("page")
def who_is_here(name: str) -> Response:
    """Tell a reader who may change the page who is changing it now: a line of the page, without anything else."""
    page = find.page_or_404(name, actor=current_actor(), need="write")
    return render("pages/presence.html", page=page, here=others(page, actor=current_actor()))


def new_key() -> str:
    """Return what an editor that opens will be told apart by."""
    return secrets.token_urlsafe(9)


def key_sent() -> str:
    """Return the key that the form at hand bears, "" when it bears none of ours."""
    sent = request.form.get("presence", "")
    return sent if KEY.fullmatch(sent) else ""


def beat_if_due(page: Page, *, actor: Actor, key: str, live: bool = False) -> None:
    """Note that this editor is open; one that was noted a moment ago asks for no turn to write."""
    mine = (Presence.page_id == page.id, Presence.key == _own(key, actor))
    row = db.session().scalar(select(Presence).where(*mine))
    if row is not None and not _is_old(row, actor, live):
        return
    with db.write(quiet=True) as session:
        beat(session, page, actor=actor, key=key, live=live)


def beat(session: Session, page: Page, *, actor: Actor, key: str, live: bool | None = None) -> None:
    """Note that this editor is open, unless it was noted a moment ago. Call it inside `db.write()`.

    `live` says whether it can write together with others; None leaves what it said before.
    """
    key, now = _own(key, actor), db.utcnow()
    if not key:
        return
    row = session.scalar(
        select(Presence).where(Presence.page_id == page.id, Presence.key == key).limit(1)
    )
    if row is not None:
        if _is_old(row, actor, live):
            row.user_id, row.seen_at = actor.id, now
            row.live = row.live if live is None else live
        return
    session.execute(delete(Presence).where(Presence.seen_at < now - LASTS))
    count = select(func.count()).select_from(Presence).where(Presence.page_id == page.id)
    if (session.scalar(count) or 0) >= MOST:
        return
    session.add(Presence(page_id=page.id, key=key, user_id=actor.id, seen_at=now, live=bool(live)))


def leave(page: Page, *, actor: Actor, key: str) -> None:
    """Delete the presence of a closed editor."""
    mine = (Presence.page_id == page.id, Presence.key == _own(key, actor))
    if db.session().scalar(select(Presence.id).where(*mine)) is None:
        return
    with db.write(quiet=True) as session:
        session.execute(delete(Presence).where(*mine))


def others(page: Page, *, actor: Actor, key: str = "") -> Here:
    """Return the other people editing a page now, if the actor may edit it; else nobody."""
    if "write" not in page.allowed:
        return Here()
    since = db.utcnow() - LASTS
    query = select(Presence, User).join(User, User.id == Presence.user_id, isouter=True)
    query = query.where(Presence.page_id == page.id, Presence.seen_at > since)
    results = db.session().execute(query.order_by(Presence.id)).all()
    rows: list[tuple[Presence, User | None]] = [(row[0], row[1]) for row in results]
    names, count = _named(rows, actor, key)
    # The actor's other tabs count as live editors, but bear no name.
    live = [(row, user) for row, user in rows if row.live and row.key != key]
    return Here(names, count, _named(live, actor, key)[0], len(live))


def _named(
    rows: Sequence[tuple[Presence, User | None]], actor: Actor, key: str
) -> tuple[tuple[str, ...], int]:
    people = {user.id: user.shown_name for _row, user in rows if user and user.id != actor.id}
    unnamed = sum(1 for row, user in rows if user is None and row.key != key)
    names = list(people.values())[:MOST_NAMES]
    return (*names, *_unnamed(unnamed)), len(people) + unnamed


def others_sentence(page: Page | None, *, actor: Actor) -> str:
    """Return the sentence about other people editing a page, "" for none."""
    return sentence(others(page, actor=actor, key=key_sent())) if page else ""


def others_as_json(page: Page, *, actor: Actor, key: str) -> dict[str, object]:
    """Return the other people editing a page, as JSON for the editor's script."""
    return as_json(others(page, actor=actor, key=key))


def as_json(here: Here) -> dict[str, object]:
    """Return people editing a page as JSON for the editor's script."""
    data: dict[str, object] = {
        "count": here.count,
        "names": list(here.names),
        "text": sentence(here),
    }
    return data | ({"live": here.live} if here.live else {})


def sentence(here: Here) -> str:
    """Return the sentence about the people editing a page, "" for none."""
    if not here.names:
        return ""
    if here.count == 1:
        return _(
            "%(name)s is changing this page too: your texts will be brought together.",
            name=here.names[0],
        )
    return _(
        "%(names)s are changing this page too: your texts will be brought together.",
        names=join_names(here.names),
    )


def _unnamed(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    return (_("someone") if count == 1 else _("%(count)s people without account", count=count),)


def _is_old(row: Presence, actor: Actor, live: bool | None) -> bool:
    """Return whether the presence row of an editor is out of date."""
    changed = row.user_id != actor.id or (live is not None and row.live != live)
    return changed or row.seen_at < db.utcnow() - FRESH


def _own(key: str, actor: Actor) -> str:
    """Return the key of an editor; without one, a key made from the actor's id."""
    return key or (f"user-{actor.id}" if actor.id else "")
