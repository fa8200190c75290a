"""What keeps robots out of forms that need no account, without anyone else's service.

A sealed moment says when the form was opened; a small proof of work, found by the browser, lets it
through at once. Without scripts, a form that stood open long enough passes as well.
"""

from __future__ import annotations

import hashlib
import secrets
from math import ceil

from flask import current_app, request
from flask_babel import gettext as _
from flask_babel import ngettext
from itsdangerous import BadData, URLSafeTimedSerializer
from limits import parse

from wiki.bazar.models import Form
from wiki.core import db, limits
from wiki.core.access import Actor
from wiki.core.http import Invalid

SEAL, PROOF = "_seal", "_proof"
BITS = 15
"""Zero bits that the proof's hash begins with: about a second for a browser, nothing to check."""
SOONEST, SLOW, LASTS = 2, 20, 24 * 3600
"""Seconds since the form was opened: for a proof at least, without one at least, at most."""
ONCE = parse("1/day")


def seal(form: Form) -> str:
    """Return a seal for a form that is opened now; the one sent, when it is still good."""
    sent = request.form.get(SEAL, "")
    return (
        sent
        if sent and _age(form, sent) is not None
        else _serializer().dumps([form.id, secrets.token_hex(8)])
    )


def check(form: Form, actor: Actor) -> None:
    """Check what was sent by someone without account. Raises Invalid with what to do."""
    if not actor.is_anonymous:
        return
    sent = request.form.get(SEAL, "")
    age = _age(form, sent)
    if age is None:
        raise Invalid(**{SEAL: _("This form was open for too long: save once more.")})
    wait = (SOONEST if proves(sent, request.form.get(PROOF, "")) else SLOW) - age
    if wait > 0:
        seconds = max(1, ceil(wait))
        raise Invalid(
            **{
                SEAL: ngettext(
                    "Wait %(num)s second, then save once more: it shows you are no robot.",
                    "Wait %(num)s seconds, then save once more: it shows you are no robot.",
                    seconds,
                )
            }
        )


def spend(form: Form, actor: Actor) -> None:
    """Let a seal be used once. Raises Invalid when it was."""
    if actor.is_anonymous and not limits.hit(ONCE, f"seal {form.id} {request.form.get(SEAL, '')}"):
        raise Invalid(**{SEAL: _("This form was sent already: open it again to add another.")})


def proves(sealed: str, proof: str) -> bool:
    """Answer whether a proof is of the work asked for."""
    if not sealed or len(proof) > 20:
        return False
    digest = hashlib.sha256(f"{sealed}:{proof}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0


def _age(form: Form, sealed: str) -> float | None:
    """Return how long ago a seal was made, in seconds; None when it is not ours, or too old."""
    try:
        held, made = _serializer().loads(sealed, max_age=LASTS, return_timestamp=True)
    except BadData:
        return None
    is_own = isinstance(held, list) and held[:1] == [form.id]
    return (db.utcnow() - made).total_seconds() if is_own else None


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="entry-form")
