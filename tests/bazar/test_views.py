"""What every view keeps to: it shows its entries, empty and hostile ones too, in both languages, and nothing hidden."""

from __future__ import annotations

import gzip
import html as markup
import re
import shutil

import pytest

from tests.bazar.gatherings import WORD, add, make
from tests.bazar.people import Statements
from tests.conftest import own_settings, running
from tests.world import World
from wiki.bazar.views import YESWIKI, named, views

EVIL = '"><svg onload=alert(1)>'
NAMES = sorted(views())
NO_TITLES = {"chart", "pivot"}
"""Views that show numbers alone."""


def shown(world, view, name="", address="/-/forms/events", **args):
    """Return the page of a list in a view, whose months hold the entries of the tests."""
    given = {"view": view} | args
    if view == "calendar":
        given["_month"] = "2026-11"
    answer = world.browser(name).get(address, query_string=given)
    assert answer.status_code == 200, (view, answer.status_code, answer.text[:300])
    return answer.text


def body(html):
    return html.partition('id="results"')[2].partition("</main>")[0]


@pytest.fixture(autouse=True)
def november(monkeypatch):
    """Today is in the month of the entries."""
    from datetime import date

    from wiki.core import i18n

    monkeypatch.setattr(i18n, "today", lambda: date(2026, 11, 1))


@pytest.mark.parametrize("view", NAMES)
def test_view_of_one_entry_shows_it(world, view):
    make(world, 1)
    html = body(shown(world, view))
    if view not in NO_TITLES:
        assert "Event 000" in html
        assert "/Event-000" in html
    assert "Nothing here yet" not in html


@pytest.mark.parametrize("view", NAMES)
def test_view_of_no_entry_says_so(world, view):
    make(world, 0)
    assert "Nothing here yet" in shown(world, view)


@pytest.mark.parametrize("view", NAMES)
def test_view_of_an_entry_without_answers(world, view):
    form = make(world, 0)
    nothing = dict.fromkeys(
        (
            "state",
            "themes",
            "when",
            "told",
            "place",
            "seats",
            "site",
            "story",
            "xnote",
            "xkind",
            "xday",
            "xspot",
            "xsum",
            "xlink",
        )
    )
    add(world, form, "Bare", **nothing)
    html = body(shown(world, view))
    assert "Bare" in html or view in {*NO_TITLES, "calendar", "agenda"}


@pytest.mark.parametrize("view", NAMES)
def test_view_escapes_hostile_values(world, view):
    form = make(world, 0)
    add(
        world,
        form,
        EVIL,
        story=EVIL,
        place={"city": EVIL, "lat": 48.4, "lon": -4.4},
        site="https://example.org/%22%3E%3Csvg",
    )
    html = shown(world, view, "alice")
    assert "<svg onload" not in html
    if view not in NO_TITLES:
        assert markup.escape(EVIL) in html or "svg onload" in html


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("view", NAMES)
def test_view_speaks_both_languages(world, view, lang):
    make(world, 2)
    browser = world.browser()
    browser.client.set_cookie("lang", lang)
    given = {"view": view, "_month": "2026-11"} if view == "calendar" else {"view": view}
    html = browser.get("/-/forms/events", query_string=given).text
    assert f'<html lang="{lang}"' in html
    if view == "calendar":
        assert ("novembre 2026" if lang == "fr" else "November 2026") in html


@pytest.mark.parametrize("view", NAMES)
def test_view_shows_nothing_hidden_to_an_outsider(world, view):
    form = make(world, 2)
    add(world, form, f"Hidden {WORD}", 1, read="@admins")
    for name in ("", "xavier"):
        html = shown(world, view, name)
        assert WORD not in html.casefold()
        assert "424242" not in html.replace(",", "").replace("\u202f", "")
        assert "2 entries" in html
    assert WORD in shown(world, view, "alice").casefold()


SETTINGS = {
    "map": "_by",
    "map_table": "_columns",
    "calendar": "_date",
    "agenda": "_date",
    "timeline": "_date",
    "table": "_sums",
    "kanban": "_by",
    "chart": "_by",
    "pivot": "_down",
    "links": "_link",
    "list": "_group",
}


@pytest.mark.parametrize(("view", "setting"), SETTINGS.items())
def test_setting_that_names_a_hidden_field_is_as_one_that_is_not_there(world, view, setting):
    make(world, 1)
    xavier, alice = world.browser("xavier"), world.browser("alice")
    for key in ("xnote", "xkind", "xday", "xspot", "xsum", "xlink", "nothing"):
        address = f"/-/forms/events?view={view}&{setting}={key}"
        assert xavier.get(address).status_code == 400, key
        assert alice.get(address).status_code == (400 if key == "nothing" else 200), key


@pytest.fixture(scope="module")
def furnished(prepared, tmp_path_factory, server):
    """One wiki with a form of one entry and a form of sixty, to read."""
    folder = tmp_path_factory.mktemp("views") / "instance"
    shutil.copytree(prepared, folder)
    with own_settings(server, str(folder)) as settings, running(folder, settings) as app:
        world = World(app)
        make(world, 1)
        make(world, 60, key="many")
        yield world


@pytest.mark.parametrize("view", NAMES)
def test_statements_of_a_view_do_not_grow_with_the_rows(furnished, view):
    engine = furnished.app.extensions["gare.db"].reader
    counts = []
    bob = furnished.browser("bob")
    for key in ("events", "many"):
        given = {"view": view, "_month": "2026-11"} if view == "calendar" else {"view": view}
        bob.get(f"/-/forms/{key}", query_string=given)
        with Statements(engine) as run:
            bob.get(f"/-/forms/{key}", query_string=given)
        counts.append(len(run.seen))
    # A map of one page draws no cluster, and what is all on one page asks for no more.
    few, more = counts
    assert more <= few + (1 if view in {"map", "map_table"} else 0), counts


@pytest.mark.parametrize("view", NAMES)
def test_view_weighs_little(furnished, view):
    html = shown(furnished, view, address="/-/forms/many")
    assert len(gzip.compress(html.encode(), 5)) < (40_000 if view.startswith("map") else 20_000)


@pytest.mark.parametrize("view", NAMES)
def test_view_needs_no_script(world, view):
    make(world, 3)
    html = shown(world, view, "alice")
    assert not re.search(r"<script(?![^>]*src=)", html)
    main = html.partition("<main")[2].partition("</main>")[0]
    assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:", main)
    for form in re.findall(r"<form[^>]*>", main):
        assert "action=" in form, form


@pytest.mark.parametrize("view", NAMES)
def test_view_stands_in_a_page(world, view):
    make(world, 3)
    world.page("Showcase", f'{{{{entries form="events" view="{view}" month="2026-11"}}}}')
    html = world.browser("xavier").get("/Showcase").text
    assert "box alert" not in html
    assert WORD not in html.casefold()
    assert "Event 001" in html or view in NO_TITLES
    if view in {"calendar", "kanban", "agenda", "directory"}:
        assert f"view={view}" in html


@pytest.mark.parametrize(("template", "view"), YESWIKI.items())
def test_template_of_yeswiki_names_a_view(world, template, view):
    assert named(template) is views()[view]
    assert named(f"{template}.tpl.html") is named(f"{template}.twig") is views()[view]


@pytest.mark.parametrize(("template", "view"), YESWIKI.items())
def test_two_ways_to_name_a_template_of_yeswiki_give_one_view(world, template, view):
    make(world, 3)
    old = f'form="events" template="{template}.tpl.html"'
    calls = (f"entries {old}", f"bazarliste {old}", f'entries form="events" view="{view}"')
    pages = [of_page(world, f"Try-{at}", "{{" + call + "}}") for at, call in enumerate(calls)]
    assert pages[0] == pages[1] == pages[2]


def of_page(world, name, text):
    """Return what a page of this text shows, without its own name."""
    world.page(name, text)
    html = world.browser().get(f"/{name}").text
    return html.partition("<main")[2].partition('id="talk"')[0].replace(name, "")


def test_macro_takes_the_templates_of_yeswiki(world):
    make(world, 3)
    world.page("Old", '{{entries form="events" template="liste_accordeon.tpl.html"}}')
    assert '<details class="fold"' in world.browser().get("/Old").text
    world.page("Wrong", '{{entries form="events" template="nothing"}}')
    assert "There is no view called nothing" in world.browser().get("/Wrong").text


def test_grouped_rows_stand_under_headings(world):
    make(world, 6)
    for view in ("list", "cards", "table", "accordion", "links", "portraits", "gallery"):
        html = body(shown(world, view, _group="state"))
        heads = [
            html.index(label)
            for label in re.findall(r"group-title[^>]*>(?:\s*)(Idea|Ready|Done)", html)
            if label
        ]
        found = re.findall(r'class="group-title"[^>]*>\s*(\w+)', html)
        assert found == ["Idea", "Ready", "Done"], view
        assert heads
        assert html.index("Event 000") < html.index("Event 003") < html.index("Event 001")


def test_every_setting_is_in_the_form_of_the_view(world):
    make(world, 2)
    html = shown(world, "pivot")
    assert 'name="_down"' in html and 'name="_across"' in html and 'name="_sum"' in html
    assert WORD not in html
