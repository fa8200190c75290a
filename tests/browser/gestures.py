"""What people do again and again in the browser tests: write a page, drag an item, read what is stored."""

from __future__ import annotations

from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect


def write_page(page: Page, name: str, text: str) -> str:
    """Make a page by the form; return its address."""
    page.goto(f"/-/new?name={quote(name)}")
    page.fill("[name=title]", name)
    page.fill("textarea[name=text]", text)
    save(page)
    return "/" + quote(name)


def save(page: Page) -> None:
    """Press the main button of the form, and wait for what follows."""
    button = page.locator("main form[method=post] .btn.primary").first
    with page.expect_navigation():
        button.click()


def source(page: Page, address: str) -> str:
    """Return the text that is stored."""
    return page.request.get(f"{address}/raw").text().replace("\r\n", "\n").strip()


def drag(page: Page, handle: Locator, target: Locator) -> None:
    """Drag by a handle onto the upper half of an element, and stay there until the page has followed."""
    handle.scroll_into_view_if_needed()
    handle.hover()
    expect(page.locator("[data-sortable=on]").first).to_be_attached()
    page.mouse.down()
    box = target.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 4
    page.mouse.move(x, y + 6, steps=8)
    for step in range(6):
        page.mouse.move(x, y + step % 2)
        page.wait_for_timeout(60)
    page.mouse.up()


def ids(items: Locator) -> list[str]:
    """Return the `data-id` of items, in their order."""
    expect(items.first).to_be_attached()
    return items.evaluate_all("items => items.map(item => item.dataset.id)")
