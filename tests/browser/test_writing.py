"""What the editor does while one writes: menus, lists, pasting, files; and Ctrl+Z after each of them."""

from __future__ import annotations

import re
from base64 import b64encode

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visits
from tests.browser.gestures import save, source, write_page
from tests.pages.test_attachments import png

pytestmark = pytest.mark.browser

PIXEL = b64encode(png(10, 10)).decode()
PASTE = """(area, {html, plain, files}) => {
  const data = new DataTransfer();
  if (html) data.setData('text/html', html);
  if (plain) data.setData('text/plain', plain);
  for (const [name, type, content] of files ?? []) {
    const bytes = Uint8Array.from(atob(content), char => char.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  area.focus();
  area.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}"""
RICH = """<meta charset="utf-8"><b style="font-weight:normal" id="docs-internal-guid-1">
<h1>Le titre</h1><p>Un <strong>mot </strong>gras, un
<span style="font-style:italic">mot</span> penché et <a href="https://exemple.org/a_(b)">un lien</a>.</p>
<ul><li>un<ul><li>sous</li></ul></li><li>deux * deux</li></ul><ol start="3"><li>trois</li><li>quatre</li></ol>
<blockquote><p>cité</p></blockquote><pre>a = 1
b = 2</pre><script>alert(1)</script>
<table><tr><th>Nom</th><th>Ville</th></tr><tr><td>Inès</td><td>Brest | Lorient</td></tr></table></b>"""
MADE = r"""## Le titre

Un **mot** gras, un *mot* penché et [un lien](https://exemple.org/a_%28b%29).

- un
  - sous
- deux \* deux

3. trois
4. quatre

> cité

```
a = 1
b = 2
```

| Nom | Ville |
| --- | --- |
| Inès | Brest \| Lorient |"""


def writer(visits: Visits, name: str, text: str = "", **where: int) -> tuple[Page, Locator, str]:
    """Open the editor of a new page, the caret at the end of its text."""
    page = visits.open(person="karim", **where)  # type: ignore[arg-type]
    address = write_page(page, name, text or "Début")
    page.goto(f"{address}/edit")
    area = page.locator("textarea[name=text]")
    area.fill(text)
    area.press("Control+End")
    return page, area, address


def paste(area: Locator, html: str = "", plain: str = "", files: list[list[str]] | None = None):
    area.evaluate(PASTE, {"html": html, "plain": plain, "files": files})


def undone(area: Locator, before: str) -> None:
    """Press Ctrl+Z until the text is as it was: a few presses at most."""
    for _press in range(6):
        if area.input_value() == before:
            return
        area.press("Control+z")
    expect(area).to_have_value(before)


def test_menus_write_links_people_blocks_and_components(visits: Visits):
    page, area, _address = writer(visits, "Menus", "Voir ")
    menu = page.locator(".suggest")
    area.press_sequentially("l'[[accue")
    expect(menu.get_by_role("option").first).to_contain_text("Accueil")
    expect(page.locator("[data-menu-status]")).to_contain_text("suggestion")
    expect(area).to_have_attribute("aria-activedescendant", re.compile("suggest"))
    area.press("Enter")
    expect(area).to_have_value(re.compile(r"^Voir l'\[\[Accueil.*\]\]$"))
    undone(area, "Voir l'[[accue")
    area.press("Escape")
    area.press("End")
    area.press_sequentially("]] et [[Quai neuf du port")
    expect(menu.get_by_role("option", name="Créer")).to_be_visible()
    area.press("Enter")
    expect(area).to_have_value("Voir l'[[accue]] et [[Quai neuf du port]]")
    area.press_sequentially(", @in")
    expect(menu.get_by_role("option").first).to_be_visible()
    area.press("Escape")
    expect(menu).to_be_hidden()
    area.press("Enter")
    area.press_sequentially("/tab")
    expect(menu.get_by_role("option", name="Tableau")).to_be_visible()
    area.press("Enter")
    expect(area).to_have_value(re.compile(r"\n\| Colonne \| Colonne \|\n"))
    area.press("Control+End")
    area.press_sequentially("/date")
    expect(menu.get_by_role("option")).to_have_count(1)
    area.press("Tab")
    expect(area).to_have_value(re.compile(r"\n\d{1,2}(er)? \S+ \d{4}$"))
    area.press("Enter")
    area.press_sequentially("/comp")
    expect(menu.get_by_role("option").first).to_contain_text("Composant")
    area.press("Enter")
    expect(page.locator("#components")).to_be_visible()
    page.keyboard.press("Escape")
    expect(area).to_be_focused()


def test_lists_go_on_and_indent_without_keeping_the_tab_key(visits: Visits):
    _page, area, _address = writer(visits, "Listes", "- un")
    area.press("Enter")
    area.press_sequentially("deux")
    area.press("Tab")
    expect(area).to_have_value("- un\n  - deux")
    area.press("Shift+Tab")
    expect(area).to_have_value("- un\n- deux")
    area.press("Tab")
    expect(area).to_have_value("- un\n  - deux")
    undone(area, "- un\n- deux")
    area.press("Tab")
    area.press("Tab")
    expect(area).not_to_be_focused()
    area.fill("un mot")
    area.press("Tab")
    expect(area).not_to_be_focused()
    area.fill("un mot")
    area.select_text()
    area.press("Control+b")
    expect(area).to_have_value("**un mot**")
    area.press("Control+z")
    expect(area).to_have_value("un mot")


def test_pasted_layout_becomes_markdown_and_cells_a_table(visits: Visits):
    page, area, _address = writer(visits, "Collage", "Avant")
    area.press("Enter")
    before = area.input_value()
    paste(area, RICH, "Le titre\nUn mot gras")
    expect(area).to_have_value(f"Avant\n\n\n{MADE}\n".replace("\n\n\n", "\n", 1))
    expect(page.locator("[data-draft-status]")).to_contain_text("Ctrl+Z")
    undone(area, before)
    paste(area, plain='Nom\tVille\nInès\t"Brest\nport"\nKarim\n')
    expect(area).to_have_value(
        "Avant\n\n| Nom | Ville |\n| --- | --- |\n| Inès | Brest port |\n| Karim |  |\n"
    )
    undone(area, before)
    area.fill("voir ici")
    area.evaluate("area => area.setSelectionRange(5, 8)")
    paste(area, plain="https://exemple.org")
    expect(area).to_have_value("voir [ici](https://exemple.org)")
    area.fill("```\n")
    area.press("Control+End")
    paste(area, "<b>gras</b>", "gras")
    expect(area).to_have_value("```\n")


def test_pasted_image_asks_what_it_shows_and_comes_into_the_text(visits: Visits):
    page, area, address = writer(visits, "Image-collée", "Voici ")
    paste(area, files=[["image.png", "image/png", PIXEL]])
    asked = page.locator("[data-alt]")
    expect(asked).to_be_focused()
    expect(area).to_have_value(re.compile(r"^Voici \[Envoi de image-[\d-]+\.png…\]"))
    asked.fill("Le quai au matin")
    asked.press("Enter")
    expect(area).to_have_value(re.compile(r"^Voici !\[Le quai au matin\]\(image-[\d-]+\.png\)$"))
    expect(area).to_be_focused()
    area.press_sequentially(" et puis")
    save(page)
    image = page.locator(".prose img")
    expect(image).to_have_attribute("alt", "Le quai au matin")
    assert image.evaluate("image => image.decode().then(() => image.width)") == 10
    assert source(page, address).endswith(" et puis")


def test_file_that_cannot_be_sent_says_why_and_is_sent_again(visits: Visits):
    page, area, _address = writer(visits, "Envoi", "Voici ")
    page.route("**/attachments", lambda route: route.abort())
    area.press_sequentially("le plan")
    paste(area, files=[["plan.txt", "text/plain", "cGxhbg=="]])
    row = page.locator(".sendings li")
    expect(row).to_contain_text("le serveur ne répond pas")
    expect(area).to_have_value("Voici le plan ")
    page.unroute("**/attachments")
    row.get_by_role("button", name="Envoyer de nouveau").click()
    expect(area).to_have_value(re.compile(r"\[plan\.txt\]\(attachment:plan\.txt\)"))
    expect(page.locator(".sendings li")).to_have_count(0)


def test_image_of_a_page_to_be_is_seen_before_and_after_it_is_made(visits: Visits):
    page = visits.open("/-/new?name=Quai-en-image", person="karim")
    page.fill("[name=title]", "Avec image")
    area = page.locator("textarea[name=text]")
    paste(area, files=[["quai.png", "image/png", PIXEL]])
    page.locator("[data-alt]").fill("Le quai")
    page.locator("[data-said]").click()
    expect(area).to_have_value("![Le quai](quai.png)")
    shown = page.locator("#text-preview img")
    expect(shown).to_have_attribute("src", re.compile("/-/new/files/"))
    # A draft taken up again holds the file too.
    expect(page.locator("[data-draft-status]")).to_contain_text("Brouillon gardé", timeout=10_000)
    page.reload()
    page.locator("[data-draft=take]").click()
    save(page)
    assert page.locator(".prose img").get_attribute("src") == "/Quai-en-image/attachments/quai.png"
