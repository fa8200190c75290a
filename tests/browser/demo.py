"""The French demo network on the real server, and Chromium to visit it with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.machine import chromium

PASSWORD = "traverses-demo"
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def own_chromium() -> Iterator[Browser]:
    """Start Chromium; it speaks to nobody but the wiki."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=QUIET)
        yield browser
        browser.close()


def program() -> str:
    """Return where Chromium is."""
    found = chromium()
    assert found, "no Chromium: scripts/machine.py brings one"
    return found


def sign_in(page: Page, person: str) -> None:
    """Sign someone of the demo in by the form."""
    page.goto("/-/login")
    page.fill("#f-name", person)
    page.fill("#f-password", PASSWORD)
    page.click("form:has(#f-password) .btn.primary")
    page.wait_for_url(lambda url: "/-/login" not in url)
