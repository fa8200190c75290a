"""The cookie of the session, whatever its name: what a browser holds, what a thief would replay."""

from __future__ import annotations

from tests.world import Browser


def held(browser: Browser) -> str:
    """Return the session cookie of a browser."""
    cookie = browser.client.get_cookie(name(browser))
    assert cookie
    return cookie.value


def replay(browser: Browser, value: str) -> None:
    """Put a session cookie into a browser."""
    browser.client.set_cookie(name(browser), value)


def name(browser: Browser) -> str:
    """Return the name of the session cookie of a browser's wiki."""
    return browser.client.application.config["SESSION_COOKIE_NAME"]
