"""What a first and a repeat view weigh on the wire, and how many requests they take."""

from __future__ import annotations

from playwright.sync_api import Browser, sync_playwright

from scripts.machine import chromium

FLAGS = "--no-sandbox --disable-quic --disable-background-networking --disable-component-update --disable-sync"
SCREENS = {
    "home": ("/", 45),
    "station": ("/Offre-commune", 45),
    "page": ("/Premiers-pas", 40),
    "edit": ("/Premiers-pas/edit", 50),
    "list": ("/-/forms/partenaires", 45),
    "map": ("/-/forms/partenaires?view=map", 100),
    "search": ("/-/search?q=nextcloud", 45),
    "entry": ("/Nextcloud", 45),
}


def table(url: str) -> None:
    """Print the weight of each screen beside its budget, in kB compressed."""
    print(f"\n{'':12}{'first kB':>9}{'budget':>8}{'requests':>10}{'repeat kB':>11}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS.split())
        for name, (path, budget) in SCREENS.items():
            first, requests, repeat = weigh(browser, url + path)
            print(
                f"{name:12}{first / 1000:9.1f}{budget:8}{requests:10}{repeat / 1000:11.1f}",
                flush=True,
            )
        browser.close()


def weigh(browser: Browser, url: str) -> tuple[int, int, int]:
    """Return the bytes of a first view, its requests, and the bytes of a second view."""
    context = browser.new_context()
    page = context.new_page()
    sizes: list[int] = []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on(
        "Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"]))
    )
    page.goto(url, wait_until="networkidle")
    first, requests = sum(sizes), len(sizes)
    sizes.clear()
    page.goto(url, wait_until="networkidle")
    repeat = sum(sizes)
    context.close()
    return first, requests, repeat
