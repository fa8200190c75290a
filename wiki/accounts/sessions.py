"""Sessions and tokens: how a request says who makes it. A session is a row, so it ends when we say."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from flask import Flask, current_app, g, request
from flask import session as cookie
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.accounts.models import SignIn, Token, User
from wiki.accounts.people import actor_of, anonymous
from wiki.core import db

SEEN_EVERY = timedelta(minutes=10)
RESET_LASTS = timedelta(hours=1)


def init_app(app: Flask) -> None:
    """Find out who makes each request before it runs."""
    app.before_request(_recognise)


def start(session: Session, user: User) -> None:
    """Sign a person in on this browser, with a new session identifier."""
    token = secrets.token_urlsafe(32)
    now = db.utcnow()
    session.add(SignIn(token_hash=_hash(token), user_id=user.id, created_at=now, seen_at=now))
    cookie.clear()
    cookie["sign_in"] = token
    cookie.permanent = True


def end(session: Session) -> None:
    """Sign this browser out; its cookie is worth nothing from now on."""
    token = cookie.get("sign_in", "")
    session.execute(delete(SignIn).where(SignIn.token_hash == _hash(token)))
    cookie.clear()


def end_all(session: Session, user: User) -> None:
    """Sign a person out of every browser."""
    session.execute(delete(SignIn).where(SignIn.user_id == user.id))


def make_token(session: Session, user: User, kind: str, *, label: str = "") -> str:
    """Make a token (`api` without end, `reset` for one hour) and return it: it is kept nowhere."""
    token = secrets.token_urlsafe(32)
    expires = db.utcnow() + RESET_LASTS if kind == "reset" else None
    session.add(
        Token(
            token_hash=_hash(token),
            kind=kind,
            user_id=user.id,
            label=label,
            created_at=db.utcnow(),
            expires_at=expires,
        )
    )
    return token


def token_owner(token: str, kind: str) -> User | None:
    """Return whose token this is, if it is still good."""
    found = db.session().scalar(
        select(Token).where(Token.token_hash == _hash(token), Token.kind == kind)
    )
    if found is None or (found.expires_at and found.expires_at < db.utcnow()):
        return None
    user = db.session().get(User, found.user_id)
    return None if user is None or user.disabled else user


def _recognise() -> None:
    user = _bearer() or _signed_in()
    g.actor = actor_of(user) if user else anonymous()
    g.person_lang = user.lang if user else ""


def _bearer() -> User | None:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    g.by_token = True
    return token_owner(token.strip(), "api")


def _signed_in() -> User | None:
    token = cookie.get("sign_in") if request.cookies else None
    if not token or g.get("by_token"):
        return None
    row = db.session().get(SignIn, _hash(token))
    limit = db.utcnow() - timedelta(days=current_app.config["GARE"].session_days)
    if row is None or row.seen_at < limit:
        return None
    if row.seen_at < db.utcnow() - SEEN_EVERY:
        _mark_seen(row.token_hash)
    user = db.session().get(User, row.user_id)
    return None if user is None or user.disabled else user


def _mark_seen(token_hash: str) -> None:
    with db.write(quiet=True) as session:
        row = session.get(SignIn, token_hash)
        if row is not None:
            row.seen_at = db.utcnow()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
