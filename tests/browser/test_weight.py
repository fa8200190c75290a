"""What a first visit weighs on the wire, and how many requests it takes; and a visit after it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visits
from tests.browser.screens import ADMIN, ENTRY, PAGE, STATION

pytestmark = pytest.mark.browser

KB = 1000
REPEAT = 12 * KB
REQUESTS = 6
BUDGETS = {
    "home": ("/", 45),
    "station": (STATION, 45),
    "page": (PAGE, 40),
    "edit": (f"{PAGE}/edit", 50),
    "list": ("/-/forms/partenaires", 45),
    "map": ("/-/forms/partenaires?view=map", 100),
    "search": ("/-/search?q=nextcloud", 45),
    "entry": (ENTRY, 45),
    "form builder": ("/-/forms/partenaires/edit?field=services", 55),
}


@dataclass
class Wire:
    """What came over the wire since it was emptied: bytes with their headers, by request."""

    sizes: dict[str, float] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> float:
        return sum(self.sizes.values())

    def listen(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.loadingFinished", self._finished)

    def clear(self) -> None:
        self.sizes.clear()
        self.names.clear()

    def told(self) -> str:
        parts = sorted(self.sizes.items(), key=lambda one: -one[1])
        return ", ".join(f"{self.names.get(key, '?')} {size / KB:.1f}" for key, size in parts)

    def _sent(self, event: dict) -> None:
        self.names[event["requestId"]] = event["request"]["url"].rpartition("/")[2][:40] or "/"

    def _finished(self, event: dict) -> None:
        # What the cache answers weighs nothing.
        if event["encodedDataLength"]:
            self.sizes[event["requestId"]] = event["encodedDataLength"]


@pytest.mark.parametrize("name", BUDGETS)
def test_first_and_second_visits_stay_within_their_budgets(visits: Visits, name: str):
    path, budget = BUDGETS[name]
    page = visits.open(person=ADMIN if name == "form builder" else "")
    wire = Wire()
    wire.listen(page)
    page.goto(path, wait_until="networkidle")
    first, requests, told = wire.total, len(wire.sizes), wire.told()
    wire.clear()
    page.goto(path, wait_until="networkidle")
    print(
        f"\n{name}: {first / KB:.1f} kB of {budget}, {requests} requests; again {wire.total / KB:.1f} kB"
    )
    assert first <= budget * KB, told
    assert requests <= REQUESTS, told
    assert wire.total <= REPEAT, wire.told()
