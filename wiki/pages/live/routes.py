"""The one address of those who write a page together: it takes what one typed, and gives what the others did."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64

from flask import Response, abort, current_app, jsonify, request, url_for
from flask_babel import gettext as _
from limits import parse
from sqlalchemy import select
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import audience, see_other
from wiki.core.i18n import join_names
from wiki.core.limits import hit, remote_address
from wiki.core.numbers import is_whole
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.live import document, form_token, presence, sessions, update_log
from wiki.pages.live.editor_context import is_offered
from wiki.pages.models import Page, Revision
from wiki.pages.toast import tell

ANONYMOUS_POLLS = parse("300 per minute")
"""Of one address: five people without account behind it, a poll a second each."""


@blueprint.post("/<name>/live")
@audience("page")
def live(name: str) -> Response:
    """Take one's `update`, tell what came since; with `join`, bring the whole text of an editor in first."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    key = presence.key_sent()
    if not is_offered(page):
        abort(404)
    if actor.is_anonymous and not hit(ANONYMOUS_POLLS, remote_address()):
        raise TooManyRequests(retry_after=10)
    if not key:
        abort(400)
    presence.beat_if_due(page, actor=actor, key=key, live=True)
    try:
        return _join(page, actor, key) if "join" in request.form else _poll(page, actor, key)
    except update_log.Full:
        return _full()
    except document.Broken:
        # Nobody can go on with it: it begins anew, and each editor brings its text in again.
        with db.write(quiet=True) as session:
            sessions.drop(session, page.id)
        return jsonify(epoch="", here=_here(page, actor, key))


@blueprint.post("/<name>/live/end")
@audience("page")
def end_live(name: str) -> BaseResponse:
    """Throw away what was written together and never saved; not while others are writing it."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    if not presence.others(page, actor=actor, key=presence.key_sent()).live:
        with db.write(quiet=True) as session:
            sessions.drop(session, page.id)
        tell(_("What was written together and not saved is gone."))
    return see_other(url_for("pages.edit", name=page.name))


def _join(page: Page, actor: Actor, key: str) -> Response:
    text, said = request.form.get("text", ""), form_token.read(request.form.get("live", ""))
    if len(text.encode()) > current_app.config["GARE"].max_page_kb * 1024:
        return _full()
    with db.write(quiet=True) as session:
        found = sessions.join(
            session, page, text, base=_number("base"), token=said, author=actor, key=key
        )
    if found.known is None:
        return jsonify(rebased=found.rebased, base=found.base)
    mine = b64encode(found.mine).decode()
    return jsonify(mine=mine, **_told(page, found.known, actor, key))


def _poll(page: Page, actor: Actor, key: str) -> Response:
    epoch, since, update = request.form.get("epoch", ""), _number("since"), _update()
    if update or sessions.is_behind(page):
        with db.write(quiet=True) as session:
            if update:
                sessions.append(session, page, epoch, update, author=actor, key=key)
            if row := sessions.of_page(page):
                sessions.take_in(session, row, page)
    known = sessions.known_since(page, epoch, since, key=key)
    if known is None:
        return jsonify(epoch="", here=_here(page, actor, key))
    return jsonify(_told(page, known, actor, key))


def _told(page: Page, known: sessions.Known, actor: Actor, key: str) -> dict[str, object]:
    data: dict[str, object] = {
        "epoch": known.epoch,
        "since": known.since,
        "base": known.base,
        "updates": [b64encode(one).decode() for one in known.updates],
        "here": _here(page, actor, key),
    }
    if known.base and known.base != _number("base"):
        data |= _saved(page, known.base)
    return data


def _here(page: Page, actor: Actor, key: str) -> dict[str, object]:
    """Return who else is here: who writes with us, then who will be merged."""
    here = presence.others(page, actor=actor, key=key)
    data = presence.as_json(here)
    if here.together:
        data["text"] = _("%(names)s and you are writing together.", names=join_names(here.together))
    return data


def _saved(page: Page, number: int) -> dict[str, object]:
    """Return who made the version an editor now stands on, and what it says beside the text."""
    query = select(Revision).where(Revision.page_id == page.id, Revision.number == number)
    made = db.session().scalars(query).one()
    said = _("Saved by %(who)s.", who=made.author_name or _("someone without account"))
    return {"saved": said, "title": made.title, "tags": ", ".join(made.tags)}


def _update() -> bytes:
    """Return the update sent, empty when there is none. Aborts 400 on what is none, 413 on too much."""
    sent = request.form.get("update", "")
    if len(sent) > current_app.config["GARE"].max_page_kb * 1024 * 3:
        abort(413)
    try:
        raw = b64decode(sent, validate=True)
    except (NotBase64, ValueError):
        abort(400)
    return raw if not raw or document.is_update(raw) else abort(400)


def _full() -> Response:
    answer = jsonify(
        error=_(
            "Too much was written together in one go: save, and it begins anew once all have left."
        )
    )
    answer.status_code = 413
    return answer


def _number(field: str) -> int:
    sent = request.form.get(field, "") or "0"
    return int(sent) if is_whole(sent, 15) else abort(400)
