"""Drafts (autosave): the unsaved text of a signed-in person, for a page or for a name not yet taken.

A draft is readable by its author only. Saving the page deletes it (`save`).
"""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, jsonify, request
from sqlalchemy import Select, delete, select
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

TRANSIENT_FIELDS = {
    "csrf_token",
    "stay",
    "next",
    "by",
    "presence",
    "sign_in_name",
    "sign_in_password",
}
MOST_FIELDS = 500
MOST_DRAFTS = 200
"""Drafts per person; beyond, the oldest are deleted."""


@blueprint.get("/<name>/draft")
@audience("signed-in")
def read_draft(name: str) -> Response:
    """Return the actor's draft of a page as JSON. 404 when there is none."""
    draft = draft_of(name, actor=current_actor())
    if draft is None:
        abort(404)
    return jsonify(base=draft.base, updated_at=draft.updated_at.isoformat(), **draft.content)


@blueprint.put("/<name>/draft")
@audience("signed-in")
def keep_draft(name: str) -> Response:
    """Save the draft sent, and record the presence of its author."""
    actor, key = current_actor(), _key(name)
    page = find.page_or_none(name, actor=actor)
    if page is not None and "write" not in page.allowed:
        abort(403)
    content, base = _draft_from_request()
    presence_key = presence.key_sent()
    with db.write(quiet=True) as session:
        draft = _put(session, actor, key, content, base)
        if page is not None:
            presence.beat(session, page, actor=actor, key=presence_key)
    here = presence.others_as_json(page, actor=actor, key=presence_key) if page else None
    return jsonify(updated_at=draft.updated_at.isoformat(), here=here)


@blueprint.delete("/<name>/draft")
@audience("signed-in")
def drop_draft(name: str) -> Response:
    """Delete the actor's draft of a page."""
    with db.write(quiet=True) as session:
        actor = current_actor()
        session.execute(
            delete(Draft).where(Draft.user_id == actor.id, Draft.name_key == _key(name))
        )
    return Response(status=204)


def draft_of(name: str, *, actor: Actor, section: str = "") -> Draft | None:
    """Return the actor's draft of a page or of one of its sections, None when there is none."""
    return (
        None if actor.id is None else db.session().scalar(_draft_query(actor, _key(name, section)))
    )


def keep(name: str, sent: dict[str, list[str]], *, actor: Actor) -> Draft:
    """Save submitted form values as a draft, on request. Aborts 400 on too many fields."""
    if len(sent) > MOST_FIELDS:
        abort(400)
    fields = {key: [markup.normalise(one) for one in values] for key, values in sent.items()}
    content = {
        key: values[0] if len(values) == 1 else values
        for key, values in fields.items()
        if key not in TRANSIENT_FIELDS
    }
    with db.write(quiet=True) as session:
        return _put(session, actor, _key(name, ""), content, 0)


def forget(name: str, *, actor: Actor, section: str) -> None:
    """Delete the draft of a section, once it is saved."""
    if actor.is_anonymous:
        return
    with db.write(quiet=True) as session:
        mine = (Draft.user_id == actor.id, Draft.name_key == _key(name, section))
        session.execute(delete(Draft).where(*mine))


def keep_conflict(error: save.Conflict, summary: str, *, actor: Actor) -> None:
    """Save the text of a conflicting save as a draft, so that closing the conflict screen loses nothing."""
    if actor.is_anonymous:
        return
    mine, key = error.mine, error.page.name_key
    content = {"title": mine.title, "text": mine.text, "tags": ", ".join(mine.tags)}
    with db.write(quiet=True) as session:
        _put(session, actor, key, content | {"summary": summary}, error.base.number)


def _key(name: str, section: str | None = None) -> str:
    """Return the key of a draft, `name#section` (page names contain no #); `section` defaults to the query's."""
    key = fold(markup.normalise(name))[:250] or abort(404)
    part = request.args.get("section", "") if section is None else section
    return f"{key}#{markup.normalise(part)[:200]}" if part else key


def _draft_query(actor: Actor, key: str) -> Select[Draft]:
    return select(Draft).where(Draft.user_id == actor.id, Draft.name_key == key)


def _put(session: Session, actor: Actor, key: str, content: dict[str, Any], base: int) -> Draft:
    """Insert or replace a draft. Call it inside `db.write()`."""
    draft = session.scalar(_draft_query(actor, key))
    if draft is None:
        _make_room(session, actor)
        draft = Draft(user_id=actor.id or 0, name_key=key)
        session.add(draft)
    draft.content, draft.base, draft.updated_at = content, base, db.utcnow()
    return draft


def _draft_from_request() -> tuple[dict[str, Any], int]:
    """Return the fields of the request, form or JSON, and their base revision (0: none)."""
    if (request.content_length or 0) > current_app.config["GARE"].max_page_kb * 1024 * 4:
        abort(413)
    sent: Any = _json() if request.is_json else request.form.to_dict(flat=False)
    if not isinstance(sent, dict) or len(sent) > MOST_FIELDS:
        abort(400)
    values = {
        str(name): _values(value) for name, value in sent.items() if name not in TRANSIENT_FIELDS
    }
    # The form of a new page sends an empty base.
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
    items = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str | int) for one in items):
        abort(400)
    return [markup.normalise(str(one)) for one in items]


def _make_room(session: Session, actor: Actor) -> None:
    newest = select(Draft.id).where(Draft.user_id == actor.id).order_by(Draft.updated_at.desc())
    old = session.scalars(newest.offset(MOST_DRAFTS - 1)).all()
    session.execute(delete(Draft).where(Draft.id.in_(old)))
