"""Who answers a sign-up or a date poll: a person, or someone without account in one browser, under a name."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from flask import has_request_context
from flask import session as cookie
from flask_babel import gettext as _
from limits import parse
from werkzeug.exceptions import TooManyRequests

from wiki.core import limits, markup
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.pages.models import Page

COOKIE = "guest"
LONGEST = 80
RATES = (parse("10/minute"), parse("60/hour"))


@dataclass(frozen=True)
class Who:
    """Either an account or the mark of a browser; `name` is shown beside the answer."""

    user_id: int | None
    guest: str | None
    name: str


def may_answer(page: Page, actor: Actor) -> bool:
    """Answer whether this actor may say something here: without account, where they may write or comment."""
    return actor.id is not None or bool({"write", "comment"} & page.allowed)


def asking(actor: Actor) -> Who | None:
    """Return who asks, if they are known: a person, or a browser that answered something before."""
    if actor.id is not None:
        return Who(actor.id, None, actor.display_name)
    token = cookie.get(COOKIE) if has_request_context() else None
    return Who(None, _hash(token), "") if isinstance(token, str) else None


def answering(actor: Actor, name: str) -> Who:
    """Return who answers; a browser without account gets its mark now. Raises Invalid on a missing name."""
    if actor.id is not None:
        return Who(actor.id, None, actor.display_name)
    said = " ".join(markup.normalise(name).split())[:LONGEST]
    if not said:
        raise Invalid(name=_("Say your name, so that the others know who comes."))
    for rate in RATES:
        if not limits.hit(rate, f"meetings {limits.remote_address()}"):
            raise TooManyRequests(retry_after=60)
    token = cookie.get(COOKIE)
    if not isinstance(token, str):
        token = cookie[COOKIE] = secrets.token_urlsafe(16)
    return Who(None, _hash(token), said)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:32]
