"""Read the session cookie of a browser, and replay it in another as a thief would."""

from __future__ import annotations

from tests.world import Browser


def session_cookie(browser: Browser) -> str:
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
