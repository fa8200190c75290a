"""Whole answers kept for readers without account, until anything in the wiki changes.

A kept answer is given only while the `data` generation stands where it stood when it was made, so a
change of text or of rights acts at once, in every process. Who has a cookie or a token is never given
one, and nothing of theirs is kept.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from time import monotonic

from flask import Flask, Response, current_app, g, request, session
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db, i18n
from wiki.core.http import has_htmx_headers

LASTS = 600.0
"""Seconds an answer may be given: a meeting that has begun leaves the board without any change."""

LARGEST = 512 * 1024
KINDS = ("text/html", "application/atom+xml")
Key = tuple[str, ...]


@dataclass(frozen=True)
class Kept:
    """One answer, as it went out."""

    generation: int
    made: float
    headers: tuple[tuple[str, str], ...]
    body: bytes


class PageCache:
    """The answers kept for one wiki by one process, the least used forgotten first."""

    def __init__(self, size: int) -> None:
        self.size, self._used = size, 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, generation: int) -> Kept | None:
        """Return the answer for a request if it still holds."""
        with self._lock:
            found = self._kept.get(key)
            if found is None or found.generation != generation or monotonic() - found.made > LASTS:
                return None
            self._kept.move_to_end(key)
            return found

    def put(self, key: Key, kept: Kept) -> None:
        """Keep an answer, and forget others until there is room."""
        with self._lock:
            old = self._kept.pop(key, None)
            self._used += len(kept.body) - (len(old.body) if old else 0)
            self._kept[key] = kept
            while self._used > self.size:
                _key, forgotten = self._kept.popitem(last=False)
                self._used -= len(forgotten.body)


def init_app(app: Flask) -> None:
    """Look for a kept answer before each request, and keep its answer after it."""
    app.extensions["gare.page_cache"] = PageCache(app.config["GARE"].page_cache_mb * 1024 * 1024)
    app.before_request(_answer)
    app.after_request(_keep)


def _answer() -> BaseResponse | None:
    if not _may_be_kept():
        return None
    g.page_key = _key()
    g.page_generation = _generation()
    found = _cache().get(g.page_key, g.page_generation)
    if found is None:
        return None
    g.page_key = None
    response = Response(found.body, headers=list(found.headers))
    return response.make_conditional(request)


def _keep(response: Response) -> BaseResponse:
    key: Key | None = g.get("page_key")
    plain = response.status_code == 200 and response.mimetype in KINDS and not response.is_streamed
    # The session's cookie is set after this: a page with a form of its own token is one reader's.
    personal = (
        "Set-Cookie" in response.headers or session.modified or response.cache_control.no_store
    )
    if key is None or not plain or personal:
        return response
    body = response.get_data()
    if len(body) > LARGEST:
        return response
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(_mark(body))
    headers = tuple((name, value) for name, value in response.headers if name != "Content-Length")
    _cache().put(key, Kept(g.page_generation, monotonic(), headers, body))
    return response.make_conditional(request)


def _mark(body: bytes) -> str:
    """Name a body, without the ten bytes of gzip's header: they tell the time, which differs by process."""
    return sha256(body[10:] if body.startswith(b"\x1f\x8b") else body).hexdigest()[:32]


def _may_be_kept() -> bool:
    headers = request.headers
    personal = (
        "Authorization" in headers or current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    )
    return request.method == "GET" and not personal and not has_htmx_headers()


def _key() -> Key:
    accepted = request.accept_encodings
    codings = ",".join(
        one for one in current_app.config["COMPRESS_ALGORITHM"] if accepted.quality(one)
    )
    return (
        str(i18n.today()),
        request.host_url,
        request.script_root,
        request.path,
        request.query_string.decode("latin1"),
        request.cookies.get("lang", ""),
        codings,
    )


def _generation() -> int:
    # Below the session: this is asked for every page.
    with db.database().reader.connect() as connection:
        return int(
            connection.exec_driver_sql("SELECT value FROM generation WHERE name = 'data'").scalar()
            or 0
        )


def _cache() -> PageCache:
    found: PageCache = current_app.extensions["gare.page_cache"]
    return found
