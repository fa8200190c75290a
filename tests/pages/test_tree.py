"""Pages are put in order and under one another, begun from templates, marked with a star, classed by tags."""

from __future__ import annotations

import re

import pytest

from tests.pages.counting import statements
from tests.world import World
from wiki.core import db
from wiki.pages import find, rights
from wiki.pages.models import Page
from wiki.projects import create

pytestmark = pytest.mark.data


def ids(world: World) -> dict[str, int]:
    with world.app.app_context():
        return {page.name: page.id for page in db.session().query(Page)}


def shape(world: World, of: str = "", who: str = "bob") -> str:
    """Return the tree as a reader sees it: titles, brackets around what stands under one."""
    html = world.browser(who).get(f"/-/tree?of={of}").text
    form = html.partition('<form class="arbor"')[2].partition("</form>")[0]
    words = re.findall(r'<(/?ul)|class="leaf".*?<a [^>]*>([^<]*)</a>', form, re.S)
    said = "".join(f" {title}" if title else {"ul": "(", "/ul": ")"}[tag] for tag, title in words)
    return said.replace("()", "").replace("( ", "(")


def step(world: World, who: str, **form):
    return world.browser(who).post("/-/tree", form)


@pytest.fixture
def three(world: World) -> dict[str, int]:
    for name in ("A", "B", "C"):
        world.page(name, "text")
    return ids(world)


def test_pages_move_by_buttons_one_step_at_a_time(world, three):
    assert shape(world) == "(A B C Welcome)"
    answer = step(world, "bob", down=three["A"])
    assert answer.location == f"/-/tree?of=A#down-{three['A']}"
    assert shape(world) == "(B A C Welcome)"
    step(world, "bob", **{"in": three["A"]})
    assert shape(world) == "(B(A) C Welcome)"
    step(world, "bob", **{"in": three["C"]})
    assert shape(world) == "(B(A C) Welcome)"
    step(world, "bob", up=three["C"])
    assert shape(world) == "(B(C A) Welcome)"
    step(world, "bob", out=three["C"])
    assert shape(world) == "(B(A) C Welcome)"


def test_step_that_leads_nowhere_is_said(world, three):
    bob = world.browser("bob")
    for name in ("up", "in", "out"):
        bob.post("/-/tree", {name: three["A"]})
        assert "cannot go further" in bob.get("/-/tree").text
    assert shape(world) == "(A B C Welcome)"


def test_drag_puts_a_page_before_another_and_undo_brings_it_back(world, three):
    bob = world.browser("bob")
    bob.post("/-/tree", {"page": three["C"], "under": three["A"], "before": ""})
    html = bob.get("/-/tree").text
    assert shape(world) == "(A(C) B Welcome)"
    undo = re.search(r'action="(/-/tree\?[^"]*)"', html)[1].replace("&amp;", "&")
    bob.post(undo)
    assert shape(world) == "(A B C Welcome)"
    bob.post("/-/tree", {"page": three["C"], "under": "", "before": three["B"]})
    assert shape(world) == "(A C B Welcome)"
    for odd in ("999999", "x", three["C"]):
        bob.post("/-/tree", {"page": three["C"], "under": odd})
    assert sorted(re.findall("[ABC]", shape(world))) == ["A", "B", "C"]


def test_hidden_sisters_are_not_shown_and_keep_their_order(world, three):
    world.page("Bb", "text", title="Bb zyxqv", read="@admins")
    step(world, "bob", up=three["C"])
    assert "zyxqv" not in world.browser("bob").get("/-/tree").text
    assert shape(world) == "(A C B Welcome)"
    assert shape(world, who="alice").replace(" zyxqv", "") == "(A C B Bb Welcome)"


def test_only_who_may_write_moves_and_a_hidden_page_is_not_known(world, three):
    with world.app.app_context():
        page = find.page_or_404("B", actor=world.actor("alice"))
        rights.set_rules(page, actor=world.actor("alice"), write="@friends")
    assert step(world, "xavier", up=three["B"]).status_code == 403
    assert f'id="up-{three["B"]}"' not in world.browser("xavier").get("/-/tree").text
    assert step(world, "xavier", **{"in": three["C"]}).status_code == 303
    assert shape(world) == "(A B C Welcome)"  # not under B, which is not Xavier's to write
    hidden = world.page("Hidden", "x", read="@admins")
    assert step(world, "xavier", up=hidden.id).status_code == 404


def test_project_has_its_own_tree(world, three):
    with world.app.app_context():
        plan = create.Plan(title="Team", purpose="x", visibility="members", blocks=[], text="")
        station = create.make(plan, author=world.actor("bob"))
    bob = world.browser("bob")
    for title in ("One", "Two"):
        bob.post("/-/new", {"title": title, "text": "x", "parent": station.name})
    assert shape(world, "One") == "(One Two)"
    step(world, "bob", up=ids(world)["Two"])
    assert shape(world, station.name) == "(Two One)"
    step(world, "bob", out=ids(world)["Two"])
    assert shape(world, "One") == "(Two One)"
    assert "Two" not in shape(world)
    assert "Two" not in shape(world, "One", who="xavier")


def test_tree_costs_the_same_with_few_pages_and_many(world, three):
    browser = world.browser("bob")
    counts = []
    for number in range(2):
        with statements(world.app) as seen:
            browser.get("/-/tree")
        counts.append(len(seen))
        for other in range(5):
            world.page(f"M{number}{other}", "x")
    assert counts[0] == counts[1]


def test_template_is_offered_where_it_is_meant(world):
    world.page("Minutes", "# Present\n", tags=("minutes",))
    world.page("Secret", "x", title="Secret zyxqv", read="@admins")
    world.page("Top", "x")
    alice, bob = world.browser("alice"), world.browser("bob")
    alice.post("/Secret/template", {"scope": "all"})
    assert "Begin from" not in bob.get("/-/new").text
    bob.post("/Minutes/template", {"scope": "all"})
    html = bob.get("/-/new?parent=Top").text
    assert "template=Minutes" in html
    assert "zyxqv" not in html
    html = bob.get("/-/new?template=Minutes&parent=Top").text
    assert "# Present" in html
    assert 'value="minutes"' in html
    assert "zyxqv" not in bob.get("/-/new?template=Secret").text
    bob.post("/Minutes/template", {"scope": "place"})
    assert "template=Minutes" in bob.get("/-/new").text
    assert "template=Minutes" not in bob.get("/-/new?parent=Top").text
    bob.post("/Minutes/template", {"scope": ""})
    assert "template=Minutes" not in bob.get("/-/new").text


def test_favourites_are_for_oneself_and_follow_the_rights(world):
    made = world.page("Good", "x", title="Good zyxqv")
    bob = world.browser("bob")
    bob.post("/Good/favourite")
    bob.post("/Good/favourite")
    assert "Good zyxqv" in bob.get("/-/favourites").text
    assert "Good zyxqv" not in world.browser("carol").get("/-/favourites").text
    assert "No longer a favourite" in bob.get("/Good").text
    assert world.browser().post("/Good/favourite").status_code == 403
    with world.app.app_context():
        rights.set_rules(made, actor=world.actor("alice"), read="@admins")
    assert "zyxqv" not in bob.get("/-/favourites").text
    assert bob.post("/Good/favourite").status_code == 404
    with world.app.app_context():
        rights.set_rules(made, actor=world.actor("alice"), read="")
    bob.post("/Good/favourite", {"off": "1", "list": "1"})
    assert "No favourite yet" in bob.get("/-/favourites").text


def test_tags_stand_under_one_another_with_their_counts(world):
    world.page("A", "x", tags=("Tools / Mail", "free"))
    world.page("B", "x", tags=("tools/chat",))
    world.page("C", "x", tags=("Tools/Mail",))
    world.page("H", "x", tags=("Tools/zyxqv",), read="@admins")
    bob = world.browser("bob")
    html = bob.get("/-/tags").text
    assert "zyxqv" not in html
    assert re.search(r'href="/-/tags/tools/mail">Mail <span class="meta">2<', html)
    html = bob.get("/-/tags/Tools").text
    assert "3 pages" in html
    assert "free" in html
    assert "zyxqv" not in html
    assert "2 pages" in bob.get("/-/tags/tools/mail").text
    assert bob.get("/-/tags/tools/zyxqv").status_code == 404
    assert bob.get("/-/tags/too").status_code == 404
    assert "A" in bob.get("/-/changes?tag=tools").text
