"""What keeps programs from writing without account: a trap they fill, a time they do not take, a count."""

from __future__ import annotations

import time

from flask import current_app, request
from flask_babel import gettext as _
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer
from limits import RateLimitItem, parse
from werkzeug.exceptions import TooManyRequests

from wiki.core.access import current_actor
from wiki.core.http import Invalid
from wiki.core.limits import hit, remote_address

TRAP = "website"
"""A field that people do not see: what fills it is a program."""
QUICKEST = 2.0
"""Seconds that nobody writes a comment in."""
LONGEST = 24 * 3600
ANONYMOUS: tuple[RateLimitItem, ...] = (parse("6/minute"), parse("40/hour"))


def stamp() -> str:
    """Return the signed moment at which a form was shown."""
    return _signer().dumps("shown")


def is_trapped() -> bool:
    """Answer whether the form at hand was filled by a program: it is told all went well."""
    return bool(request.form.get(TRAP))


def check() -> None:
    """Refuse what someone without account sends too fast or too often. Raises Invalid, TooManyRequests."""
    if not current_actor().is_anonymous:
        return
    count(*ANONYMOUS, by=f"talk {remote_address()}")
    try:
        _value, shown = _signer().loads(
            request.form.get("shown", ""), max_age=LONGEST, return_timestamp=True
        )
    except SignatureExpired:
        raise Invalid(text=_("This form waited for a day: send it again.")) from None
    except BadSignature:
        raise Invalid(text=_("Something was lost on the way: send it again.")) from None
    if time.time() - shown.timestamp() < QUICKEST:
        raise Invalid(text=_("That was very quick: read it once more, then send it again."))


def count(*items: RateLimitItem, by: str) -> None:
    """Count one attempt. Raises TooManyRequests past a limit."""
    for item in items:
        if not hit(item, by):
            raise TooManyRequests(retry_after=60)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="talk-form")
