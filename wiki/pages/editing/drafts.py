"""Drafts: what a signed-in person types is kept, for a page or for a name not yet taken.

A draft belongs to one person; nobody else can ask for it. Saving the page drops it (`save`).
"""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, jsonify, request
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.core import db, markup
from wiki.core.access import Actor, current_actor
from wiki.core.http import audience
from wiki.core.names import fold
from wiki.core.numbers import is_whole
from wiki.core.request_size import check_json
from wiki.pages import find, save
from wiki.pages.blueprint import blueprint
from wiki.pages.live import presence
from wiki.pages.models import Draft

NOT_KEPT = {"csrf_token", "stay", "next", "by", "presence", "sign_in_name", "sign_in_password"}
MOST_FIELDS = 500
MOST_DRAFTS = 200
"""Drafts one person keeps; beyond, the oldest go."""


@blueprint.get("/<name>/draft")
@audience("signed-in")
def read_draft(name: str) -> Response:
    """Give back one's own draft of a page. 404 when there is none."""
    draft = draft_of(name, actor=current_actor())
    if draft is None:
        abort(404)
    return jsonify(base=draft.base, updated_at=draft.updated_at.isoformat(), **draft.content)


@blueprint.put("/<name>/draft")
@audience("signed-in")
def keep_draft(name: str) -> Response:
    """Keep what has been typed so far."""
    actor, key = current_actor(), _key(name)
    page = find.page_or_none(name, actor=actor)
    if page is not None and "write" not in page.allowed:
        abort(403)
    content, base = _typed()
    mark = presence.key_sent()
    with db.write(quiet=True) as session:
        draft = _put(session, actor, key, content, base)
        if page is not None:
            presence.beat(session, page, actor=actor, key=mark)
    here = presence.told(page, actor=actor, key=mark) if page else None
    return jsonify(updated_at=draft.updated_at.isoformat(), here=here)


@blueprint.delete("/<name>/draft")
@audience("signed-in")
def drop_draft(name: str) -> Response:
    """Throw one's draft away."""
    with db.write(quiet=True) as session:
        actor = current_actor()
        session.execute(
            delete(Draft).where(Draft.user_id == actor.id, Draft.name_key == _key(name))
        )
    return Response(status=204)


def draft_of(name: str, *, actor: Actor, section: str = "") -> Draft | None:
    """Return what this person has typed for a page, or for one section of it, and not saved."""
    return None if actor.id is None else db.session().scalar(_mine(actor, _key(name, section)))


def keep(name: str, sent: dict[str, list[str]], *, actor: Actor) -> Draft:
    """Keep what a form sent, for one who asks for that and not for a save. Aborts 400 on too much."""
    if len(sent) > MOST_FIELDS:
        abort(400)
    typed = {key: [markup.normalise(one) for one in said] for key, said in sent.items()}
    content = {
        key: said[0] if len(said) == 1 else said
        for key, said in typed.items()
        if key not in NOT_KEPT
    }
    with db.write(quiet=True) as session:
        return _put(session, actor, _key(name, ""), content, 0)


def forget(name: str, *, actor: Actor, section: str) -> None:
    """Throw away the draft of a section that is saved."""
    if actor.is_anonymous:
        return
    with db.write(quiet=True) as session:
        mine = (Draft.user_id == actor.id, Draft.name_key == _key(name, section))
        session.execute(delete(Draft).where(*mine))


def keep_conflict(found: save.Conflict, summary: str, *, actor: Actor) -> None:
    """Keep the text of a save that collides, so that closing the screen that shows it loses nothing."""
    if actor.is_anonymous:
        return
    mine, key = found.mine, found.page.name_key
    typed = {"title": mine.title, "text": mine.text, "tags": ", ".join(mine.tags)}
    with db.write(quiet=True) as session:
        _put(session, actor, key, typed | {"summary": summary}, found.base.number)


def _key(name: str, section: str | None = None) -> str:
    """Return what a draft is kept under; no page name holds a #. The address says which section, if not given."""
    key = fold(markup.normalise(name))[:250] or abort(404)
    part = request.args.get("section", "") if section is None else section
    return f"{key}#{markup.normalise(part)[:200]}" if part else key


def _mine(actor: Actor, key: str) -> Any:
    return select(Draft).where(Draft.user_id == actor.id, Draft.name_key == key)


def _put(session: Session, actor: Actor, key: str, content: dict[str, Any], base: int) -> Draft:
    """Write a draft in place of the one before. Call it inside `db.write()`."""
    draft = session.scalar(_mine(actor, key))
    if draft is None:
        _make_room(session, actor)
        draft = Draft(user_id=actor.id or 0, name_key=key)
        session.add(draft)
    draft.content, draft.base, draft.updated_at = content, base, db.utcnow()
    return draft


def _typed() -> tuple[dict[str, Any], int]:
    """Return the fields sent, as form or JSON, and the revision they come from (0: none)."""
    if (request.content_length or 0) > current_app.config["GARE"].max_page_kb * 1024 * 4:
        abort(413)
    sent: Any = _json() if request.is_json else request.form.to_dict(flat=False)
    if not isinstance(sent, dict) or len(sent) > MOST_FIELDS:
        abort(400)
    values = {str(name): _values(value) for name, value in sent.items() if name not in NOT_KEPT}
    # The form of a page to be sends an empty one.
    base = (values.pop("base", None) or ["0"])[0] or "0"
    if not is_whole(base):
        abort(400)
    return {name: value[0] if len(value) == 1 else value for name, value in values.items()}, int(
        base
    )


def _json() -> Any:
    check_json(request.get_data())
    try:
        return request.get_json()
    except RecursionError:
        abort(400)


def _values(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str | int) for one in listed):
        abort(400)
    return [markup.normalise(str(one)) for one in listed]


def _make_room(session: Session, actor: Actor) -> None:
    newest = select(Draft.id).where(Draft.user_id == actor.id).order_by(Draft.updated_at.desc())
    old = session.scalars(newest.offset(MOST_DRAFTS - 1)).all()
    session.execute(delete(Draft).where(Draft.id.in_(old)))
