"""Words that were looked for, without who or where from: what found nothing, and what found something.

Only words are kept, and only when they look like nobody's (no address, no number). A search never waits for
it: what was looked for is written a moment later, by batches, and bumps no generation.
"""

from __future__ import annotations

import hmac
import logging
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock, Timer

from flask import Flask, current_app, request
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from wiki.core import db, i18n
from wiki.core.access import current_actor
from wiki.core.limits import remote_address
from wiki.search.models import SearchedWords, SearchSalt

log = logging.getLogger(__name__)

LONGEST = 100
DELAY = 2.0
"""Seconds after which a batch is written."""
MOST_WAITING = 500
ENOUGH = 2
"""From how many browsers words are shown to anyone."""
FORGOTTEN, RARE_FORGOTTEN = timedelta(days=365), timedelta(days=30)
DIGITS = re.compile(r"\d")
PRIVATE = re.compile(r"@|https?:|www\.|\\|\x00")
MOST_DIGITS = 6
"""Digits from which a query may be a telephone, an account or a date of birth."""


@dataclass(frozen=True)
class _Note:
    words: str
    visitor: str
    found: bool


class _Waiting:
    """What one process has heard and not written yet."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.writing = Lock()
        self.notes: list[_Note] = []
        self.timer: Timer | None = None


def init_app(app: Flask) -> None:
    """Give an application its own ear."""
    app.extensions["gare.searched"] = _Waiting()


def close(app: Flask) -> None:
    """Forget what was not written, once what is being written is: it holds a connection."""
    waiting: _Waiting = app.extensions["gare.searched"]
    with waiting.lock:
        waiting.notes.clear()
        if waiting.timer is not None:
            waiting.timer.cancel()
    with waiting.writing:
        pass


def note(typed: str, *, found: bool) -> None:
    """Remember what the request at hand looked for; call it only for what a person sent whole."""
    words = kept_words(typed)
    if not words:
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    waiting: _Waiting = app.extensions["gare.searched"]
    with waiting.lock:
        if len(waiting.notes) < MOST_WAITING:
            waiting.notes.append(_Note(words, _visitor(), found))
        if waiting.timer is None:
            waiting.timer = Timer(DELAY, _write_later, (app,))
            waiting.timer.daemon = True
            waiting.timer.start()


def kept_words(typed: str) -> str:
    """Return what of a query may be kept, "" when it is too long or looks like somebody's."""
    words = " ".join(typed.casefold().split())
    personal = PRIVATE.search(words) or len(DIGITS.findall(words)) >= MOST_DIGITS
    too_short = sum(char.isalpha() for char in words) < 3
    return "" if personal or too_short or len(words) > LONGEST or not words.isprintable() else words


def write(app: Flask) -> None:
    """Write what waits, now."""
    waiting: _Waiting = app.extensions["gare.searched"]
    with waiting.writing:
        with waiting.lock:
            notes, waiting.notes, waiting.timer = waiting.notes, [], None
        if notes:
            _write(app, notes)


def unanswered(*, limit: int = 50) -> Sequence[SearchedWords]:
    """Return the words that ENOUGH browsers looked for in vain, the most wanted first."""
    rows = (
        select(SearchedWords)
        .where(SearchedWords.missed >= ENOUGH, SearchedWords.dismissed.is_(False))
        .order_by(SearchedWords.missed.desc(), SearchedWords.last_day.desc(), SearchedWords.words)
    )
    return db.session().scalars(rows.limit(limit)).all()


def often_found(*, limit: int = 12) -> list[str]:
    """Return words that ENOUGH readers without account looked for and found, the most wanted first."""
    rows = (
        select(SearchedWords.words)
        .where(SearchedWords.found >= ENOUGH)
        .order_by(SearchedWords.found.desc(), SearchedWords.words)
    )
    return list(db.session().scalars(rows.limit(limit)))


def dismiss(session: Session, words: str) -> bool:
    """Show these words no more; answer whether they were there."""
    row = session.get(SearchedWords, words)
    if row is None:
        return False
    row.dismissed = True
    return True


def _write_later(app: Flask) -> None:
    try:
        write(app)
    except Exception:
        # Words are worth less than the search they come from.
        log.warning("what was looked for could not be written", exc_info=True)


def _visitor() -> str:
    actor = current_actor()
    if actor.id is not None:
        return f"person {actor.id}"
    return f"{remote_address()} {request.headers.get('User-Agent', '')}"


def _write(app: Flask, notes: list[_Note]) -> None:
    with app.app_context(), db.write(quiet=True) as session:
        today = i18n.today()
        salt = _salt(session, today)
        for heard in notes:
            _count(session, heard, salt, today)


def _count(session: Session, heard: _Note, salt: str, today: date) -> None:
    row = session.get(SearchedWords, heard.words)
    if row is None:
        row = SearchedWords(words=heard.words, missed=0, found=0, last_day=today, mark="")
        session.add(row)
    mark = _mark(salt, heard)
    if heard.found:
        row.missed = 0
    if row.mark != mark:
        row.missed, row.found = row.missed + (not heard.found), row.found + heard.found
    row.mark, row.last_day = mark, today


def _mark(salt: str, heard: _Note) -> str:
    text = f"{heard.visitor} {heard.found} {heard.words}"
    return hmac.new(salt.encode(), text.encode("utf-8", "replace"), "sha256").hexdigest()[:16]


def _salt(session: Session, today: date) -> str:
    """Return the salt of the day; with a new one the former is gone, and old words with it."""
    found = session.get(SearchSalt, today)
    if found is not None:
        return found.salt
    _forget(session, today)
    made = SearchSalt(day=today, salt=secrets.token_hex(16))
    session.add(made)
    session.flush()
    return made.salt


def _forget(session: Session, today: date) -> None:
    session.execute(delete(SearchSalt))
    rare = (SearchedWords.missed + SearchedWords.found < ENOUGH) & (
        SearchedWords.last_day < today - RARE_FORGOTTEN
    )
    session.execute(
        delete(SearchedWords).where(or_(SearchedWords.last_day < today - FORGOTTEN, rare))
    )
