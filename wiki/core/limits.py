"""How often: attempts counted by wiki, where guessing or flooding pays. Past a limit the answer is 429."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, current_app, make_response, request
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

Route = TypeVar("Route", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    """Give an application counters of its own, in memory: each process counts for itself."""
    app.extensions["gare.limits"] = MovingWindowRateLimiter(MemoryStorage())


def limit(
    rates: str, *, by: Callable[[], str], counts: Callable[[Any], bool] | None = None
) -> Callable[[Route], Route]:
    """Limit a route to rates such as `10/minute` for each value of `by()`.

    With `counts`, only the answers it says count (a refused sign-in, not a right one).
    """
    items = parse_many(rates)

    def decorate(view: Route) -> Route:
        @wraps(view)
        def limited(*args: Any, **kwargs: Any) -> Response:
            key = f"{view.__module__}.{view.__name__} {by()}"
            allowed = is_under if counts else hit
            for item in items:
                if not allowed(item, key):
                    raise TooManyRequests(retry_after=_wait(item, key))
            response = make_response(view(*args, **kwargs))
            if counts and counts(response):
                for item in items:
                    hit(item, key)
            return response

        return limited  # type: ignore[return-value]

    return decorate


def hit(item: RateLimitItem, key: str) -> bool:
    """Count one attempt; answer whether it is still within the limit."""
    return not _enabled() or _counters().hit(item, key)


def is_under(item: RateLimitItem, key: str) -> bool:
    """Answer whether one more attempt would be within the limit."""
    return not _enabled() or _counters().test(item, key)


def remote_address() -> str:
    """Return the address a request comes from, as the trusted proxies say."""
    return request.remote_addr or "127.0.0.1"


def _enabled() -> bool:
    return bool(current_app.config["GARE"].rate_limits)


def _counters() -> MovingWindowRateLimiter:
    found: MovingWindowRateLimiter = current_app.extensions["gare.limits"]
    return found


def _wait(item: RateLimitItem, key: str) -> int:
    ends: float = _counters().get_window_stats(item, key).reset_time
    return max(1, round(ends - time.time()))
