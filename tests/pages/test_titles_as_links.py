"""A link may name a page by its title, whatever the title has that an address cannot."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Que-choisir", "Que choisir ?"),
        ("Que-choisir", "que  CHOISIR"),
        ("Que-choisir", "« Que choisir »".strip("«» ")),
        ("L'heure", "L’heure"),
        ("50-de-plus", "50 % de plus"),
        ("Vrai-ou-faux", "Vrai / ou faux…".rstrip("…")),
    ],
)
def test_link_by_title_leads_to_the_page_and_is_known_there(world, name, written):
    world.page(name, "Words", title=written)
    world.page("From", f"See [[{written}]]")
    browser = world.browser()
    html = browser.get("/From").text
    assert f'href="/{name}"'.replace("'", "&#39;") in html or f'href="/{name}"' in html
    assert 'class="missing"' not in html
    assert "From" in browser.get(f"/{name}/backlinks").text


def test_link_to_an_imported_name_that_a_title_could_not_make(world):
    world.page("Etc.", "Words")
    world.page("From", "See [[Etc.]]")
    assert 'class="missing"' not in world.browser().get("/From").text
