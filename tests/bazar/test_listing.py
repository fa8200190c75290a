"""The list of a form: facets, filters, sort, views, and what must never be in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from sqlalchemy import event

from tests.bazar.partners import ROWS, SECRET, add, make
from wiki.bazar.entries import entries
from wiki.bazar.forms import changes
from wiki.bazar.views import views
from wiki.core import db

LIST = "/-/forms/partners"


class Checks(HTMLParser):
    """Reads the filters of a list: {(field, value): (count, chosen)}."""

    def __init__(self, html):
        super().__init__()
        self.found, self.box, self.counting = {}, None, False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input" and given.get("type") == "checkbox":
            self.box = (given["name"], given["value"], "checked" in given)
        self.counting = given.get("class") == "count"

    def handle_data(self, data):
        if self.counting and data.strip():
            name, value, chosen = self.box
            self.found[name, value] = (int(data), chosen)
            self.counting = False


def titles(html):
    """Return the titles of the rows, in order."""
    known = [row[0] for row in ROWS]
    main = html.partition('id="results"')[2]
    return sorted((title for title in known if title in main), key=main.index)


def statements(world, run):
    """Return how many statements a request runs."""
    engine = world.app.extensions["gare.db"].reader
    seen = []

    def count(*args):
        seen.append(args[2])

    event.listen(engine, "before_cursor_execute", count)
    run()
    event.remove(engine, "before_cursor_execute", count)
    return len(seen)


def test_forms_page_counts_only_what_each_reader_may_see(world):
    form = make(world)
    add(world, form, "Secret Society", read="@admins")
    assert "6 entries" in world.browser("alice").get("/-/forms").text
    seen = world.browser().get("/-/forms").text
    assert "5 entries" in seen
    assert "/-/new-form" not in seen
    assert "/-/new-form" in world.browser("bob").get("/-/forms").text


def test_forms_page_without_the_forms_one_may_not_read(world):
    make(world, rules={"read": "@friends"})
    assert "Partners" in world.browser("bob").get("/-/forms").text
    assert "Partners" not in world.browser("xavier").get("/-/forms").text
    for address in (LIST, f"{LIST}.csv", f"{LIST}.json", f"{LIST}/edit", f"{LIST}/settings"):
        assert world.browser("xavier").get(address).status_code == 404


def test_facets_count_or_inside_a_field_and_and_between_fields(world):
    make(world)
    bob = world.browser("bob")
    plain = Checks(bob.get(LIST).text).found
    assert plain["activity", "hosting"] == (3, False)
    assert plain["services", "nextcloud"] == (2, False)
    one = bob.get(f"{LIST}?activity=hosting").text
    assert titles(one) == ["Le Fil Libre", "Marée Basse", "Octet Coop"]
    counts = Checks(one).found
    # The field that is filtered by still says what its other values would add.
    assert counts["activity", "training"] == (1, False)
    assert counts["activity", "hosting"] == (3, True)
    assert counts["services", "odoo"] == (1, False)
    either = bob.get(f"{LIST}?activity=hosting&activity=guidance").text
    assert len(titles(either)) == 4
    both = bob.get(f"{LIST}?activity=hosting&activity=guidance&services=odoo").text
    assert titles(both) == ["La Bobine", "Le Fil Libre"]
    assert "2 entries of 5" in both


def test_chips_take_one_filter_away_each(world):
    make(world)
    html = world.browser().get(f"{LIST}?activity=hosting&services=odoo&q=libre&view=table").text
    chips = re.findall(r'<a class="tag has"\s+href="([^"]+)"', html)
    assert len(chips) == 3
    assert [("activity=" in url, "services=" in url, "q=" in url) for url in chips] == [
        (True, True, False),
        (False, True, True),
        (True, False, True),
    ]
    assert all("view=table" in url for url in chips)


def test_range_is_a_filter_and_a_chip(world):
    make(world)
    html = world.browser().get(f"{LIST}?members.from=8&members.to=50").text
    assert titles(html) == ["La Bobine", "Octet Coop"]
    assert "Members 8 – 50" in html


def test_nothing_found_offers_to_remove_the_filters(world):
    make(world)
    html = world.browser().get(f"{LIST}?q=zzzz").text
    assert "No entry answers" in html
    assert titles(html) == []


NO_REASON = "Something in the address or the form is not right."


@pytest.mark.parametrize(
    "bad",
    [
        "sort=nothing",
        "sort=phone",
        "sort=title;drop",
        "nothing=1",
        "phone=06",
        "summary=x",
        "activity.from=1",
        "view=nothing",
        "page=x",
    ],
)
def test_unknown_argument_is_refused(world, bad):
    make(world)
    answer = world.browser().get(f"{LIST}?{bad}")
    assert answer.status_code == 400
    assert NO_REASON not in answer.text


def test_page_past_the_end_is_not_found(world):
    make(world)
    assert world.browser().get(f"{LIST}?page=2").status_code == 404


def test_sort_by_a_field_and_its_reverse(world):
    make(world)
    bob = world.browser("bob")
    assert titles(bob.get(f"{LIST}?sort=members").text)[0] == "Le Fil Libre"
    assert titles(bob.get(f"{LIST}?sort=-members").text)[0] == "Marée Basse"
    table = bob.get(f"{LIST}?view=table&sort=members").text
    assert 'aria-sort="ascending"' in table
    assert "sort=-members" in table


@pytest.mark.parametrize("view", ["list", "cards", "table", "map"])
def test_no_view_shows_a_hidden_field_or_entry(world, view):
    form = make(world)
    add(world, form, "Secret Society", place=("Paris", 48.85, 2.35), read="@admins")
    xavier = world.browser("xavier").get(f"{LIST}?view={view}")
    assert xavier.status_code == 200
    for secret in (SECRET, "Telephone", "phone", "Secret Society", "Secret-Society"):
        assert secret not in xavier.text
    assert "5 entries" in xavier.text
    if view in {"list", "cards", "table"}:
        assert SECRET in world.browser("bob").get(f"{LIST}?view={view}").text or view == "list"


def test_search_within_never_finds_by_a_hidden_field(world):
    make(world)
    assert titles(world.browser("xavier").get(f"{LIST}?q=34").text) == []
    assert titles(world.browser("xavier").get(f"{LIST}?q=maree").text) == ["Marée Basse"]


@pytest.mark.parametrize("view", ["list", "cards", "table", "map"])
def test_number_of_statements_does_not_grow_with_the_rows(world, view):
    make(world, rows=ROWS[:1])
    make(world, rows=ROWS[:3], key="others")
    bob = world.browser("bob")
    few = statements(world, lambda: bob.get(f"{LIST}?view={view}"))
    more = statements(world, lambda: bob.get(f"/-/forms/others?view={view}"))
    assert few == more > 0


def test_number_of_statements_of_the_forms_page_does_not_grow(world):
    make(world)
    bob = world.browser("bob")
    one = statements(world, lambda: bob.get("/-/forms"))
    for key in ("second", "third"):
        make(world, key=key, rows=ROWS[:1])
    assert statements(world, lambda: bob.get("/-/forms")) == one


def test_view_keeps_the_filters_and_stays_in_the_address(world):
    make(world)
    html = world.browser().get(f"{LIST}?activity=hosting&view=table").text
    tabs = re.findall(
        r'<a href="(/-/forms/partners\?[^"]*view=[^"]*)"', html.partition('id="filters"')[0]
    )
    # Those that need an image or a date do not suit this form.
    assert len(tabs) > 10
    assert all("activity=hosting" in url for url in tabs)
    assert '<input type="hidden" name="view" value="table">' in html


def test_view_that_does_not_suit_gives_the_plain_list(world):
    title = {"key": "title", "type": "text", "label": "Title"}
    with world.app.app_context(), db.write() as session:
        changes.make_form(session, title="Books", fields=[title], default_view="map")
    html = world.browser().get("/-/forms/books?view=map").text
    assert "<svg viewBox" not in html.partition("<main")[2]
    assert "Nothing here yet" in html


def test_htmx_gets_the_same_list_without_the_shell(world):
    make(world)
    headers = {"HX-Request": "true", "HX-Target": "main#contenu"}
    part = world.browser().get(f"{LIST}?activity=training", headers=headers).text
    assert "<html" not in part
    assert titles(part) == ["Passerelles 63"]
    assert Checks(part).found["activity", "hosting"] == (3, False)


def test_hostile_labels_and_values_are_escaped_everywhere(world):
    evil = '"><svg onload=alert(1)>'
    choices = {"choices": [{"key": evil, "label": evil}]}
    shown = {"help": evil, "facet": True, "in_list": True, "label": evil}
    fields = [
        {"key": "title", "type": "text", "label": evil},
        {"key": "kind", "type": "choices", "options": choices, **shown},
        {"key": "place", "type": "location", "label": evil, "facet": True},
    ]
    with world.app.app_context():
        with db.write() as session:
            words = {"title": evil, "description": evil, "singular": evil}
            form = changes.make_form(session, key="evil", fields=fields, **words)
        actor = world.actor("alice")
        place = {"city": evil, "address": evil, "lat": 48, "lon": 2}
        content = entries.clean_data(form, {"title": evil, "kind": [evil], "place": place}, actor)
        entries.create(form, content, actor)
    alice = world.browser("alice")
    addresses = [f"/-/forms/evil?view={view}" for view in views()]
    addresses += ["/-/forms", "/-/forms/evil/edit?field=kind", "/-/forms/evil/settings"]
    addresses += [
        "/-/forms/evil?kind=%22%3E%3Csvg%20onload=alert(1)%3E&q=%22%3E%3Csvg%20onload=alert(1)%3E"
    ]
    for address in addresses:
        html = alice.get(address).text
        assert "<svg onload" not in html, address
        assert "svg onload" in html, address


def test_reflected_arguments_are_escaped(world):
    make(world)
    evil = "%22%3E%3Csvg%20onload=alert(1)%3E"
    for name in ("q", "sort", "view", "page", "project", "activity", "nothing"):
        html = world.browser().get(f"{LIST}?{name}={evil}").text
        assert "<svg onload" not in html, name
