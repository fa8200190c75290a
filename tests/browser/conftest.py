"""Visitors of the demo network: each in a context of their own, and each must leave a clean console."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, StorageState

from tests import demo as network
from tests.browser.demo import QUIET, own_chromium, program, sign_in
from tests.server import Server

HEIGHTS = {320: 640, 390: 844, 1280: 800}


@pytest.fixture(scope="session")
def demo(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo network, served, with its accounts open; a copy for all the browser tests of a process."""
    folder = tmp_path_factory.mktemp("demo") / "instance"
    if server:
        running = network.served(folder, database_url=f"{server}/postgres")
    else:
        shutil.copytree(network.made_once(tmp_path_factory), folder)
        running = Server(folder)
    with running as served:
        yield served


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with own_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def signed_in() -> dict[str, StorageState]:
    """Who has signed in already: their cookies serve the next contexts."""
    return {}


@pytest.fixture
def visits(demo: Server, chromium: Browser, signed_in: dict[str, StorageState]) -> Iterator[Visits]:
    """Opens pages for people; what their consoles said fails the test."""
    made = Visits(demo.url, chromium, signed_in)
    yield made
    made.close()
    assert made.troubles == []


class Visits:
    """Opens contexts by person, width and theme, and listens to every page in them."""

    def __init__(self, url: str, chromium: Browser, signed_in: dict[str, StorageState]) -> None:
        self.url, self.chromium, self.signed_in = url, chromium, signed_in
        self.troubles: list[str] = []
        self.contexts: list[BrowserContext] = []

    def open(self, path: str = "", *, person: str = "", width: int = 1280, **settings: Any) -> Page:
        """Open a page in a new context, as someone of the demo or as an anonymous."""
        context = self.chromium.new_context(
            base_url=self.url,
            viewport={"width": width, "height": HEIGHTS[width]},
            reduced_motion="reduce",
            storage_state=self._cookies(person) if person else None,
            **settings,
        )
        self.contexts.append(context)
        page = self.watch(context).new_page()
        if path:
            page.goto(path)
        return page

    def open_profile(self, folder: Path, path: str) -> Page:
        """Open a page in a profile on the disk, which keeps what it stored once closed."""
        context = self.chromium.browser_type.launch_persistent_context(
            folder, executable_path=program(), args=QUIET, base_url=self.url
        )
        self.contexts.append(context)
        page = self.watch(context).new_page()
        page.goto(path)
        return page

    def watch(self, context: BrowserContext) -> BrowserContext:
        """Keep what goes wrong in the pages of a context."""
        context.on("console", lambda said: self._said(said.type, said.text))
        context.on("weberror", lambda error: self.troubles.append(str(error.error)))
        context.on("response", self._answered)
        return context

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def _cookies(self, person: str) -> StorageState:
        if person not in self.signed_in:
            page = self.open()
            sign_in(page, person)
            self.signed_in[person] = page.context.storage_state()
        return self.signed_in[person]

    def _said(self, kind: str, text: str) -> None:
        # A document's own 404, 409 or 422 is an error to the console; `_answered` looks at statuses.
        if kind == "error" and "Failed to load resource" not in text:
            self.troubles.append(text)

    def _answered(self, response: Response) -> None:
        if not response.url.startswith((self.url, "data:", "blob:")):
            self.troubles.append(f"asked elsewhere: {response.url}")
        elif response.status >= 400 and response.request.resource_type != "document":
            self.troubles.append(f"{response.status} {response.url}")
