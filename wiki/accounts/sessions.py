"""Sessions and tokens: how a request says who makes it.

Flask-Login keeps the secret of a session in the cookie; the session itself is a row, so deleting the row
signs out at once. Rights are asked of `core.access.current_actor`, never of `current_user`.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, Request, current_app, g, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.accounts.models import SignIn, Token, User
from wiki.accounts.people import actor_of, anonymous_actor
from wiki.core import db

SEEN_EVERY = timedelta(minutes=10)
RESET_LASTS = timedelta(hours=1)
COOKIE_KEY = "_user_id"
"""Where Flask-Login keeps the secret of the session in the cookie."""
FORMER_KEY = "sign_in"
"""Where cookies made before Flask-Login have it."""
UNUSED = ("_fresh", "_id")
"""What Flask-Login adds for its session protection: a flag and a hash of the browser's address and name."""


@dataclass(frozen=True)
class SessionUser(UserMixin):  # type: ignore[misc]
    """The person behind a request; Flask-Login's identifier is the secret of their session, "" for a token."""

    user: User
    secret: str = ""

    @property
    def is_active(self) -> bool:
        return not self.user.disabled

    def get_id(self) -> str:
        return self.secret


def init_app(app: Flask) -> None:
    """Identify who makes each request before it runs."""
    manager = LoginManager()
    # A session ends when its row does: not with the network, and no other cookie outlives it.
    manager.session_protection = None
    app.config["REMEMBER_COOKIE_NAME"] = ""
    manager.user_loader(_by_session)
    manager.request_loader(_by_token)
    # Templates ask rights of `actor`: a share link makes the request anonymous whoever is signed in.
    manager.init_app(app, add_context_processor=False)
    app.before_request(_recognise)


def start(session: Session, user: User) -> None:
    """Sign a person in on this browser, with a new session identifier."""
    token = secrets.token_urlsafe(32)
    now = db.utcnow()
    session.add(SignIn(token_hash=_hash(token), user_id=user.id, created_at=now, seen_at=now))
    cookie.clear()
    login_user(SessionUser(user, token))
    for key in UNUSED:
        cookie.pop(key, None)
    cookie.permanent = True


def end(session: Session) -> None:
    """Sign this browser out; its cookie is worth nothing from now on."""
    token = cookie.get(COOKIE_KEY, "")
    session.execute(delete(SignIn).where(SignIn.token_hash == _hash(token)))
    logout_user()
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
    if request.cookies and FORMER_KEY in cookie:
        cookie[COOKIE_KEY] = cookie.pop(FORMER_KEY)
    user = current_user.user if current_user.is_authenticated else None
    g.actor = actor_of(user) if user else anonymous_actor()
    g.person_lang = user.lang if user else ""


def _by_session(secret: str) -> SessionUser | None:
    """Return the person signed in on this browser; None beside a token, which speaks for itself."""
    if _bearer_token(request) is not None:
        return None
    row = db.session().get(SignIn, _hash(secret))
    limit = db.utcnow() - timedelta(days=current_app.config["GARE"].session_days)
    if row is None or row.seen_at < limit:
        return None
    if row.seen_at < db.utcnow() - SEEN_EVERY:
        _mark_seen(row.token_hash)
    user = db.session().get(User, row.user_id)
    return None if user is None or user.disabled else SessionUser(user, secret)


def _by_token(request: Request) -> SessionUser | None:
    token = _bearer_token(request)
    if token is None:
        return None
    g.by_token = True
    user = token_owner(token, "api")
    return None if user is None else SessionUser(user)


def _bearer_token(request: Request) -> str | None:
    """Return the token of the request, good or not; None when it sends none."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _mark_seen(token_hash: str) -> None:
    with db.write(quiet=True) as session:
        row = session.get(SignIn, token_hash)
        if row is not None:
            row.seen_at = db.utcnow()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
