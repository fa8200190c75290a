"""Entries shown inside a page: a selection for each reader, and words about what is wrong."""

from __future__ import annotations

import pytest

from tests.bazar.partners import SECRET, add, make


def shown(world, macro, name="bob", page="Home-of-macros"):
    world.page(page, macro)
    return world.browser(name).get(f"/{page}").text


@pytest.mark.parametrize("view", ["list", "cards", "table", "map", ""])
def test_macro_shows_a_selection_in_each_view(world, view):
    make(world)
    html = shown(world, f'{{{{entries form="partners" view="{view}" filter="activity:Hosting"}}}}')
    assert "Octet Coop" in html
    assert "La Bobine" not in html


def test_macro_hides_what_the_reader_may_not_see(world):
    form = make(world)
    add(world, form, "Secret Society", place=("Paris", 48.85, 2.35), read="@admins")
    for view in ("list", "cards", "table", "map"):
        page = f"Page-{view}"
        html = shown(
            world, f'{{{{entries form="partners" view="{view}" limit="50"}}}}', "xavier", page
        )
        assert "Octet Coop" in html
        assert SECRET not in html
        assert "Telephone" not in html
        assert "Secret Society" not in html
        assert "Secret Society" in world.browser("alice").get(f"/{page}").text


def test_macro_sorts_limits_and_leads_to_all_of_them(world):
    make(world)
    html = shown(world, '{{entries form="partners" sort="-members" limit="2" view="list"}}')
    assert "Marée Basse" in html and "Octet Coop" in html
    assert "La Bobine" not in html
    assert "See the 5 entries" in html
    assert "/-/forms/partners?sort=-members&amp;view=list" in html


@pytest.mark.parametrize(
    "arguments",
    [
        'form="nothing"',
        'form="partners" view="nothing"',
        'form="partners" sort="nothing"',
        'form="partners" filter="nothing:1"',
        'form="partners" filter="activity"',
        'form="partners" limit="many"',
        'form="partners" project="nothing"',
        "",
    ],
)
def test_macro_says_what_is_wrong(world, arguments):
    make(world)
    html = shown(world, f"{{{{entries {arguments}}}}}")
    assert "box alert" in html
    assert "Octet Coop" not in html


def test_macro_never_filters_nor_sorts_by_a_hidden_field(world):
    make(world)
    for number, arguments in enumerate((f'filter="phone:{SECRET}"', 'sort="phone"')):
        html = shown(
            world, f'{{{{entries form="partners" {arguments}}}}}', "xavier", f"Trial-{number}"
        )
        assert "Octet Coop" not in html


def test_hidden_form_looks_as_if_it_were_not_there(world):
    make(world, rules={"read": "@friends"})
    hidden = shown(world, '{{entries form="partners"}}', "xavier")
    assert "There is no form called partners" in hidden
    assert "Octet Coop" in world.browser("bob").get("/Home-of-macros").text
