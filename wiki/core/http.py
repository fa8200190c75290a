"""What routes answer with: whole pages or one block, errors, redirects, headers, paging.

Also declares who a route is for; `init_app` refuses the rest before the route runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Literal, TypeVar
from urllib.parse import quote, urlsplit

from flask import Flask, Response, abort, current_app, g, make_response, redirect, request, url_for
from flask import render_template as _render_template
from flask_htmx import HTMX
from jinja2 import Template
from jinja2.utils import concat
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as BaseResponse

from wiki.config import BadSetting
from wiki.core.access import current_actor
from wiki.core.numbers import is_whole, whole
from wiki.core.origins import BadOrigin, parse_origin

Audience = Literal["anyone", "page", "signed-in", "admin"]
Route = TypeVar("Route", bound=Callable[..., Any])

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'self'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

HTMX_HEADERS = ("HX-Request", "HX-Target")
htmx = HTMX()
"""Reads the headers of the request at hand; `is_htmx` and `htmx_target` are the way to it."""


class Identifier(IntegerConverter):
    """A whole number in a path, no larger than a database holds: beyond, there is nothing."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, **({"max": 2**31 - 1} | options))


class Invalid(ValueError):
    """Input that cannot be taken: a message for each field, in the reader's language, and the status to say it with."""

    status = 422

    def __init__(self, /, **errors: str) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in errors.items()))
        self.errors = errors


class BadAddress(BadRequest):
    """An address whose query cannot be read; its description is shown, in the reader's language."""


@dataclass(frozen=True)
class Paging:
    """Where we are in a long list: page numbers count from 1."""

    page: int
    total: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, ceil(self.total / self.size))

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    def url(self, page: int) -> str:
        """Return the address of another page of the list at hand, with its filters."""
        args = request.args.to_dict(flat=False) | {"page": [str(page)]}
        return url_for(request.endpoint or "pages.home", **(request.view_args or {}), **args)  # type: ignore[arg-type]


def audience(who: Audience) -> Callable[[Route], Route]:
    """Declare who a route is for: `page` means that the loader of the page decides."""

    def declare(view: Route) -> Route:
        view.audience = who  # type: ignore[attr-defined]
        return view

    return declare


def render(template: str, /, status: int = 200, **context: Any) -> Response:
    """Answer with a whole page, or with the block htmx asked for when the template has it.

    A block bears the name of the element it fills, with `_` for `-`.
    """
    source = current_app.jinja_env.get_template(template)
    block = htmx_target().replace("-", "_")
    alone = block in source.blocks
    html = _render_block(source, block, context) if alone else _render_template(source, **context)
    response = make_response(html, status)
    response.vary.update(HTMX_HEADERS)
    return response


def _render_block(template: Template, block: str, context: dict[str, Any]) -> str:
    """Fill one block of a template as it would be filled in its page."""
    current_app.update_template_context(context)
    inner = template.new_context(context)
    # A template's imports and values run before its first output: blocks use them, so run that far.
    next(iter(template.root_render_func(inner)), None)
    return concat(template.blocks[block](inner))


def is_htmx() -> bool:
    """Answer whether htmx sent this request, and expects a part of a page."""
    return bool(htmx)


def htmx_target() -> str:
    """Return the id of the element that htmx fills with the answer, "" for a whole page.

    htmx writes the element as `div#id`.
    """
    return (htmx.target or "").rpartition("#")[2] if is_htmx() else ""


def has_htmx_headers() -> bool:
    """Answer whether the request has a header that answers vary by."""
    return any(name in request.headers for name in HTMX_HEADERS)


def template_markup(template: str, /, **context: Any) -> Markup:
    """Fill an autoescaped template and return it as safe HTML."""
    return Markup(_render_template(template, **context))  # noqa: S704 - autoescaped


def download(text: str | bytes, name: str, media_type: str) -> Response:
    """Answer with a file made on the spot, to be kept under this name."""
    answer = Response(text, content_type=f"{media_type}; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def see_other(url: str) -> BaseResponse:
    """Send the browser elsewhere after a change."""
    return redirect(url, 303)


def safe_redirect(target: str | None, *, default: str) -> BaseResponse:
    """Go where `next` says if it is a place of this wiki, else to the default."""
    return see_other(target if target and is_local(target) else default)


def is_local(url: str) -> bool:
    """Answer whether a URL is a plain path of this wiki, whatever browsers make of odd characters."""
    odd = any(ord(char) <= 32 or char == "\\" for char in url)
    if odd or not url.startswith("/") or url.startswith("//"):
        return False
    parts = urlsplit(url)
    decoded = parts.path.lower().replace("%2f", "/").replace("%5c", "/").replace("%09", "")
    root = request.script_root + "/"
    return not (parts.scheme or parts.netloc or decoded.startswith("//")) and url.startswith(root)


def allow_frame(origin: str) -> None:
    """Let this answer, and no other, show a frame from one place: `'self'` or an origin, `https://…`.

    Raises BadOrigin: nothing else may come into the policy.
    """
    g.setdefault("frames", set()).add(origin if origin == "'self'" else str(parse_origin(origin)))


def allow_framing(ancestors: Sequence[str]) -> None:
    """Let other sites show this answer, and no other, inside theirs: `*`, or origins."""
    origins = [] if "*" in ancestors else [str(parse_origin(one)) for one in ancestors]
    g.framed_by = "*" if "*" in ancestors else " ".join(["'self'", *origins])


def paging(total: int, size: int) -> Paging:
    """Return the page of the list that the address asks for. Aborts 404 past the end."""
    raw = request.args.get("page", "1")
    page = whole(raw, 0, digits=7)
    found = Paging(page, total, size)
    if not 1 <= page <= found.pages:
        abort(404)
    return found


def number_argument(name: str, default: int | None = None) -> int | None:
    """Return a whole number from the address. Aborts 400 on anything else."""
    raw = request.args.get(name)
    if raw is None or raw == "":
        return default
    if not is_whole(raw, 11):
        abort(400)
    return int(raw)


def absolute_url(path: str) -> str:
    """Return an address for mails and feeds: from `base_url`, never from what a request claims."""
    base: str = current_app.config["GARE"].base_url
    if base:
        return base.rstrip("/") + path.removeprefix(request.script_root if request else "")
    return (request.host_url.rstrip("/") if request else "http://localhost") + path


class ReadableQuery:
    """WSGI layer that quotes a query string which is not UTF-8, so that nothing above ever trips on it."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        raw = environ.get("QUERY_STRING", "").encode("latin1")
        try:
            raw.decode()
        except UnicodeDecodeError:
            environ["QUERY_STRING"] = quote(raw, safe="=&%+/:,;@!$'()*?~-._")
        return self.inner(environ, start_response)


def check_base_url(base_url: str) -> None:
    """Refuse a public address that headers, mails and feeds could not bear. Raises BadSetting."""
    try:
        if base_url:
            parse_origin(base_url)
    except BadOrigin as error:
        wanted = "an address such as https://example.org"
        raise BadSetting(f"base_url: {base_url!r} is not {wanted}") from error


def init_app(app: Flask) -> None:
    """Check each route's audience before it runs and put the headers on every answer."""
    app.before_request(_check_audience)
    app.after_request(_add_headers)


def _check_audience() -> BaseResponse | None:
    view = current_app.view_functions.get(request.endpoint or "")
    who = getattr(view, "audience", "anyone")
    if who in {"anyone", "page"} or current_actor().is_admin:
        return None
    if not current_actor().is_anonymous:
        return None if who == "signed-in" else abort(403)
    if request.method in {"GET", "HEAD"}:
        here = request.full_path.rstrip("?")
        return see_other(url_for("accounts.sign_in", next=request.script_root + here))
    return abort(403)


def _add_headers(response: Response) -> Response:
    frames, framed_by, policy = g.get("frames"), g.get("framed_by"), CSP
    if frames:
        policy = f"{policy}; frame-src {' '.join(sorted(frames))}"
    if framed_by:
        policy = policy.replace("frame-ancestors 'self'", f"frame-ancestors {framed_by}")
    response.headers.setdefault("Content-Security-Policy", policy)
    for name, value in HEADERS.items():
        if not (framed_by and name == "X-Frame-Options"):
            response.headers.setdefault(name, value)
    if not current_actor().is_anonymous:
        # What was made for one person is for no cache on the way.
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response
