"""Take pictures of every screen of the demo network: `python -m scripts.shots [name…]` fills ./shots."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests import demo
from tests.browser.demo import own_chromium, sign_in
from tests.browser.screens import ADMIN, SCREENS, Screen

FOLDER = Path(__file__).parent.parent / "shots"
WIDTHS = {390: 844, 1280: 800}
THEMES = ("light", "dark")


def main() -> None:
    """Make the demo, serve it, and visit the screens that are named, or all."""
    FOLDER.mkdir(exist_ok=True)
    wanted = [screen for screen in SCREENS if not sys.argv[1:] or screen.name in sys.argv[1:]]
    with (
        tempfile.TemporaryDirectory() as folder,
        demo.served(Path(folder) / "instance") as server,
        own_chromium() as chromium,
    ):
        visitors = {person: visitor(chromium, server.url, person) for person in ("", ADMIN)}
        for screen in wanted:
            take(visitors[screen.person], screen)


def visitor(chromium: Browser, url: str, person: str) -> Page:
    """Open a page for someone, signed in when they have a name."""
    page = chromium.new_context(base_url=url).new_page()
    if person:
        sign_in(page, person)
    return page


def take(page: Page, screen: Screen) -> None:
    """Keep a screen at both widths, in both themes."""
    page.set_viewport_size({"width": 1280, "height": WIDTHS[1280]})
    screen.open(page)
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.screenshot(path=FOLDER / f"{screen.name}_{width}_{theme}.png", full_page=True)
    print(screen.name)


if __name__ == "__main__":
    main()
