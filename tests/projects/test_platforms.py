"""What platforms say: empty, furnished, to who may and may not open them, at a cost that does not grow."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.pages.counting import statements
from tests.projects.stations import (
    KEY,
    add_entry,
    in_days,
    make_forms,
    make_station,
    station,
)
from wiki.bazar.forms.catalogue import models
from wiki.core import db
from wiki.core.registry import load
from wiki.macros.base import Block, Macro
from wiki.pages import find, save
from wiki.pages.content import Content
from wiki.projects.models import Project
from wiki.projects.templates import templates

BLOCKS = sorted(n for n, macro in load("wiki.macros", Macro).items() if isinstance(macro, Block))
TWENTY = (
    *("welcome", "purpose", "contacts", "meetings", "minutes", "agenda", "news", "help_wanted"),
    *("actions", "members", "decisions", "governance", "our_tools", "documents", "resources"),
    *("garden", "partners", "channels", "wins", "album", "arrivals", "recent"),
)


def platform(world, number=1, name="bob"):
    """Return what a platform of the station says."""
    return cut_out(world.browser(name).get(f"/{KEY}").text, number)


def cut_out(html, number):
    """Return the part of a station that is one platform."""
    start = html.rindex("<li", 0, html.index(f'id="voie-{number}"'))
    return html[start : html.index("</li>\n", html.index("</h3>", start))]


def set_values(world, **values):
    """Give the first platform its settings."""
    block = station(world).head.data["blocks"][0]["id"]
    sent = {"action": "set", "block": block} | {f"value-{k}": v for k, v in values.items()}
    answer = world.browser("bob").post(f"/-/projects/{KEY}/arrange", sent)
    assert answer.status_code == 303, answer.text


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_template_has_known_platforms_and_answers_the_six_questions(world, lang):
    found = templates(lang)
    assert len(found) >= 6
    for template in found:
        assert template.title and template.description
        assert set(template.macros) <= set(BLOCKS), template.key
        needed = {"meetings", "minutes", "contacts", "documents", "discuss"}
        assert needed <= set(template.macros), template.key
        assert len(template.macros) == len(set(template.macros))


def test_empty_platform_says_how_to_open_it_to_who_may(world):
    make_station(world, *BLOCKS)
    make_forms(world, *(model.model for model in models()))
    closed, html = [], world.browser("bob").get(f"/{KEY}").text
    for number, macro in enumerate(BLOCKS, 1):
        said = cut_out(html, number)
        if "closed" in said.partition(">")[0]:
            closed.append(macro)
            assert 'class="way"' in said or "Nothing" in said, (macro, said)
    assert len(closed) > 10, closed


def test_closed_platform_offers_nothing_to_who_may_not_open_it(world):
    make_station(world, "governance", "news")
    make_forms(world, "news")
    alice = world.browser("alice")
    alice.post(f"/{KEY}/rights", {"read": "*", "write": "bob", "comment": ""})
    assert "arrange" in platform(world)
    assert "arrange" not in platform(world, name="xavier")
    with world.app.app_context(), db.write() as session:
        from wiki.accounts import people
        from wiki.bazar.forms import forms
        from wiki.core import access

        form = forms.form_of_model("news")
        rules = session.get_one(access.RuleSet, form.rules_id)
        access.set_rules(session, rules, people.resolve_rule_name, write="bob")
    assert "/new" in platform(world, 2)
    assert "/new" not in platform(world, 2, name="xavier")


def test_mandate_that_ends_soon_is_said_with_who_comes_next(world):
    make_station(world, "contacts")
    make_forms(world, "roles")
    add_entry(world, "roles", title="Treasurer", until=in_days(300)[:10], holder="Carol")
    assert "Treasurer: until" not in platform(world)
    add_entry(world, "roles", title="Host", until=in_days(10)[:10], holder="Bob", next="Alice")
    assert "then Alice" in platform(world)
    add_entry(world, "roles", title="Keys", until=in_days(-10)[:10], holder="Bob")
    assert "Keys: the mandate ended on" in platform(world)
    set_values(world, days="0")
    assert "Keys: the mandate ended on" in platform(world)


def test_help_wanted_names_no_action_that_is_done(world):
    make_station(world, "help_wanted", "actions")
    make_forms(world, "actions")
    add_entry(world, "actions", title="Old help", state="done", help_wanted="yes")
    assert "Old help" not in platform(world) + platform(world, 2)
    add_entry(world, "actions", title="New help", state="todo", help_wanted="yes")
    assert "New help" in platform(world) and "1 action, 1 looks for a hand" in platform(world, 2)


def test_outside_links_are_followed_and_never_run(world):
    make_station(world, "outside")
    set_values(world, links="Our pad: https://pad.example/a; Forum: https://forum.example")
    said = platform(world)
    assert 'href="https://pad.example/a"' in said and "Open Our pad" in said
    set_values(world, links="Bad: javascript:alert(1)")
    assert "javascript:" not in platform(world).partition("href")[2]


def test_free_platform_shows_a_component_and_does_not_turn_for_ever(world):
    make_station(world, "free")
    set_values(world, text="See {{recent}} and {{free text='{{free text=x}}'}}")
    assert 'class="news"' in platform(world)
    world.page("Rules", "Be kind")
    set_values(world, page="Rules", text="")
    assert 'href="/Rules"' in platform(world)


def test_album_shows_the_pictures_of_pages_one_may_read(world):
    make_station(world, "album")
    bob = world.browser("bob")
    dot = io.BytesIO()
    Image.new("RGB", (2, 2)).save(dot, "PNG")
    dot.seek(0)
    sent = bob.post(
        f"/{KEY}/attachments",
        {"file": (dot, "oven.png")},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 303, sent.text
    said = platform(world)
    assert f"/{KEY}/attachments/oven.png" in said and "1 picture" in said


def test_documents_lead_to_where_a_file_is_dropped(world):
    make_station(world, "documents")
    assert f'href="/{KEY}/attachments"' in platform(world, name="")
    sent = {"file": (io.BytesIO(b"words"), "notes.txt")}
    answer = world.browser("xavier").post(
        f"/{KEY}/attachments", sent, content_type="multipart/form-data"
    )
    assert answer.status_code == 303
    assert "1 file" in platform(world, name="")


def cost(world, path, name):
    browser = world.browser(name)
    headers = {"HX-Request": "false"}
    browser.get(path, headers=headers)
    with statements(world.app) as seen:
        assert browser.get(path, headers=headers).status_code == 200
    return len(seen)


DATED = {"meetings": "date", "actions": "deadline", "roles": "until", "decisions": "review"}
REQUIRED = {
    "news": {"body": "Words"},
    "our_tools": {"url": "https://tool.example", "purpose": "Work"},
    "channels": {"join": "Come"},
}
FED = (
    "meetings",
    "actions",
    "roles",
    "decisions",
    "news",
    "our_tools",
    "channels",
    "wins",
    "resources",
)


def feed(world, number):
    for model in FED:
        day = in_days(number + 1)[: None if model == "meetings" else 10]
        dated = {DATED[model]: day} if model in DATED else {}
        add_entry(world, model, title=f"{model} {number}", **dated, **REQUIRED.get(model, {}))
    with world.app.app_context():
        alice = world.actor("alice")
        page = find.page_or_404(KEY, actor=alice)
        new = save.NewPage(
            f"Page-{number}", project_id=page.project_id, membrane_id=page.membrane_id
        )
        save.create(new, Content(f"Page {number}", "text"), author=alice)


@pytest.mark.parametrize("name", ["", "bob"])
def test_station_of_twenty_platforms_costs_the_same_with_one_row_and_twenty(world, name):
    make_forms(world, *FED, "partners", "events")
    make_station(world, *TWENTY)
    feed(world, 1)
    one = cost(world, f"/{KEY}", name)
    for number in range(2, 21):
        feed(world, number)
    assert cost(world, f"/{KEY}", name) == one
    assert one <= 75


def test_statements_grow_by_platform_by_a_few_and_not_at_all_for_the_board(world):
    make_forms(world, *FED)
    make_station(world, "agenda")
    make_station(world, *["agenda"] * 20, key="Le-Jardin")
    assert cost(world, "/Le-Jardin", "bob") - cost(world, f"/{KEY}", "bob") <= 1


def test_lists_of_stations_cost_the_same_with_one_and_a_hundred(world):
    paths = ("/", "/-/projects", "/-/me")
    make_forms(world, "meetings", "actions")
    make_station(world, "meetings")
    add_entry(world, "meetings", title="first", date=in_days(2))
    one = {path: cost(world, path, "bob") for path in paths}
    for number in range(99):
        make_station(world, "meetings", key=f"Station-{number}")
    add_entry(world, "meetings", key="Station-7", title="other", date=in_days(3))
    bob = world.browser("bob")
    for path in paths:
        assert cost(world, path, "bob") <= one[path] + 1, path
        weight = len(bob.get(path, headers={"Accept-Encoding": "gzip"}).data)
        print(f"{path}: {weight} bytes")
        assert weight < 20_000, path


def test_home_shows_some_stations_and_the_way_to_all(world):
    for number in range(14):
        make_station(world, key=f"Station-{number}")
    home = world.browser().get("/").text
    assert home.count('class="station stack') == 12 and "All the stations" in home
    assert world.browser().get("/-/projects").text.count('class="station stack') == 14


def test_freshness_is_of_facts(world):
    make_station(world)
    make_forms(world, "roles", "meetings")
    bob = world.browser("bob")
    text = bob.get(f"/{KEY}").text
    assert "Up to date" in text and "no meeting planned" in text
    add_entry(world, "meetings", title="Old", date=in_days(-9))
    text = bob.get(f"/{KEY}").text
    assert "To be read over" in text and "no minutes for Old" in text
    with world.app.app_context(), db.write() as session:
        from sqlalchemy import update

        from wiki.pages.models import Page

        long_ago = db.utcnow().replace(year=db.utcnow().year - 1)
        project = session.query(Project).one()
        session.execute(
            update(Page).where(Page.project_id == project.id).values(updated_at=long_ago)
        )
    assert "Dormant" in bob.get(f"/{KEY}").text
    assert "Missing:" not in world.browser().get(f"/{KEY}").text
